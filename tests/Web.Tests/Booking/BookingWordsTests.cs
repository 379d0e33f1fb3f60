namespace Backsoon.Booking;

public sealed class BookingWordsTests
{
    private static readonly Service s_viewing = new(
        Guid.Empty, "Viewing", true, TimeSpan.FromMinutes(30), TimeSpan.Zero, TimeSpan.Zero, null, new Place(PlaceKind.Address, ""), [], TimeSpan.FromHours(4), 60, TimeSpan.FromMinutes(15), 3, 4, [], TimeSpan.Zero);

    [Theory]
    [InlineData(0, "no time")]
    [InlineData(1, "1 minute")]
    [InlineData(60, "1 hour")]
    [InlineData(90, "1 hour 30 minutes")]
    [InlineData(1440, "1 day")]
    [InlineData(2 * 1440 + 61, "2 days 1 hour 1 minute")]
    public void A_length_is_said_whole(int minutes, string words) => Assert.Equal(words, BookingWords.Lasting(TimeSpan.FromMinutes(minutes)));

    [Fact]
    public void Every_reason_is_a_sentence_of_its_own()
    {
        var sentences = Enum.GetValues<SlotReason>().Select(reason => BookingWords.Why(new SlotAnswer(reason, "Christmas"), s_viewing, "Ana")).ToArray();

        Assert.All(sentences, sentence => Assert.EndsWith(".", sentence, StringComparison.Ordinal));
        Assert.Equal(sentences.Length, sentences.Distinct().Count());
    }

    [Fact]
    public void An_hour_that_comes_twice_is_told_apart_by_its_distance_from_UTC()
    {
        var first = new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);

        Assert.Equal("UTC+01:00", BookingWords.Offset(first, "Europe/Lisbon"));
        Assert.Equal("UTC+00:00", BookingWords.Offset(first.AddHours(1), "Europe/Lisbon"));
        Assert.Equal("UTC-03:30", BookingWords.Offset(new(2026, 1, 8, 0, 0, 0, TimeSpan.Zero), "America/St_Johns"));
    }

    [Fact]
    public void Who_calls_whom_is_said_from_the_readers_side()
    {
        var phone = new Place(PlaceKind.Phone, "");

        Assert.Equal("By telephone: Ana calls you", BookingWords.WhereForGuest(phone, "Ana"));
        Assert.Equal("By telephone: you call the guest", BookingWords.Where(phone));
    }
}
