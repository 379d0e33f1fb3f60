using System.Text;
using Backsoon.Mail;

namespace Backsoon.Booking;

public sealed class IcsTests
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    [Fact]
    public void A_booking_asks_to_be_added_and_a_cancellation_to_be_taken_out_by_the_same_name()
    {
        var facts = AppointmentFacts.Example();
        var (booked, moved, cancelled) = (Read(facts), Read(Changed(facts, sequence: 1)), Read(Changed(AppointmentFacts.Example(AppointmentStatus.Cancelled), sequence: 2)));
        Assert.Equal(("REQUEST", "0", "CONFIRMED"), (booked["METHOD"], booked["SEQUENCE"], booked["STATUS"]));
        Assert.Equal(("REQUEST", "1"), (moved["METHOD"], moved["SEQUENCE"]));
        Assert.Equal(("CANCEL", "2", "CANCELLED"), (cancelled["METHOD"], cancelled["SEQUENCE"], cancelled["STATUS"]));
        Assert.Single(new[] { booked["UID"], moved["UID"], cancelled["UID"] }.Distinct());
        Assert.Equal(("20260108T140000Z", "20260108T143000Z", "20260105T090000Z"), (booked["DTSTART"], booked["DTEND"], booked["DTSTAMP"]));
        Assert.Equal(("mailto:desk@example.com", "mailto:tom@example.com"), (booked["ORGANIZER"], booked["ATTENDEE"]));
        Assert.Equal("Flat viewing with Ana Reis", booked["SUMMARY"]);
        Assert.Equal("14 Elm Street, Lisbon", booked["LOCATION"]);
    }

    [Fact]
    public void Whatever_is_typed_stays_inside_its_line() => Hostile.Holds((name, subject, text) =>
    {
        var facts = AppointmentFacts.Example();
        var appointment = facts.Appointment with
        {
            ServiceName = subject,
            HostName = name,
            Price = text,
            Place = new Place(PlaceKind.Video, text),
            Guest = facts.Appointment.Guest with { Name = name, Note = text, Phone = subject, Answers = [new Answer(subject, text)] },
        };
        var hostile = facts with { Business = name, Appointment = appointment };
        var read = Read(hostile);
        Assert.Equal(Plain(hostile.Title), read["SUMMARY"]);
        Assert.Equal(Plain(string.Join('\n', hostile.ForGuest().Select(fact => $"{fact.Name}: {fact.Value}").Append(hostile.Url))), read["DESCRIPTION"]);
        Assert.Equal(
            ["BEGIN", "VERSION", "PRODID", "CALSCALE", "METHOD", "BEGIN", "UID", "SEQUENCE", "DTSTAMP", "DTSTART", "DTEND", "STATUS", "SUMMARY", "DESCRIPTION", .. text.Length > 0 ? ["LOCATION"] : Array.Empty<string>(), "ORGANIZER", "ATTENDEE", "END", "END"],
            Lines(Ics.Of(hostile)).Select(line => line.Name));

        var feed = new StringBuilder();
        Ics.BeginFeed(feed, name);
        Ics.FeedEvent(feed, hostile);
        Ics.End(feed);
        Assert.Equal(2, Lines(feed.ToString()).Count(line => line.Name == "BEGIN"));
        Assert.DoesNotContain(Lines(feed.ToString()), line => line.Name is "ATTENDEE" or "ORGANIZER");
    });

    private static AppointmentFacts Changed(AppointmentFacts facts, int sequence) => facts with { Appointment = facts.Appointment with { Sequence = sequence } };

    private static string Plain(string text) => EmailText.Plain(text).Trim('\n').Replace('\t', ' ');

    private static Dictionary<string, string> Read(AppointmentFacts facts) => Lines(Ics.Of(facts)).Where(line => line.Name is not ("BEGIN" or "END")).ToDictionary(line => line.Name, line => line.Value);

    /// <summary>Reads it as RFC 5545 has it, and refuses what it does not allow.</summary>
    private static List<(string Name, string Value)> Lines(string text)
    {
        Assert.EndsWith("\r\n", text, StringComparison.Ordinal);
        var physical = text.Split("\r\n")[..^1];
        Assert.All(physical, line =>
        {
            Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 75);
            Assert.DoesNotContain(line, char.IsControl);
            // Throws where the folding cut a character in two.
            Assert.Equal(line, s_strict.GetString(s_strict.GetBytes(line)));
        });
        return
        [
            .. text.Replace("\r\n ", "", StringComparison.Ordinal).Split("\r\n")[..^1].Select(line =>
            {
                var (quoted, colon) = (false, -1);
                for (var i = 0; i < line.Length && colon < 0; i++)
                {
                    quoted ^= line[i] == '"';
                    colon = line[i] == ':' && !quoted ? i : -1;
                }

                Assert.True(colon > 0, line);
                var name = line[..colon].Split(';')[0];
                Assert.Matches("^[A-Z-]+$", name);
                return (name, Unescaped(line[(colon + 1)..], isText: name is "SUMMARY" or "DESCRIPTION" or "LOCATION" or "X-WR-CALNAME"));
            }),
        ];
    }

    private static string Unescaped(string value, bool isText)
    {
        if (!isText)
            return value;
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            Assert.False(value[i] is ';' or ',', value);
            if (value[i] != '\\')
            {
                text.Append(value[i]);
                continue;
            }

            i++;
            Assert.True(i < value.Length && value[i] is '\\' or ';' or ',' or 'n', value);
            text.Append(value[i] == 'n' ? '\n' : value[i]);
        }

        return text.ToString();
    }
}
