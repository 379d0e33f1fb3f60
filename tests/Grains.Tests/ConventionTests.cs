using System.Collections.Immutable;
using System.Reflection;

namespace Backsoon;

public sealed class ConventionTests
{
    [Fact]
    public void Every_grain_signature_is_of_types_that_travel() => Assert.Empty(TravelRules.BrokenBy(Assembly.Load("Backsoon.Contracts")));

    [Fact]
    public void What_travels_breaks_no_rule() => Assert.Empty(TravelRules.BrokenBy(typeof(IFineGrain), typeof(Outcome), typeof(Ticket)));

    [Theory]
    [InlineData(typeof(INamelessGrain), "INamelessGrain has no alias", "INamelessGrain.Go has no alias")]
    [InlineData(typeof(IKeylessGrain), "IKeylessGrain has no string key")]
    [InlineData(typeof(IPropertiedGrain), "IPropertiedGrain has properties or events")]
    [InlineData(typeof(IGenericGrain), "IGenericGrain.Go is generic")]
    [InlineData(typeof(ISynchronousGrain), "ISynchronousGrain.Go returns Int32")]
    [InlineData(typeof(IStreamingGrain), "IStreamingGrain.Go returns IAsyncEnumerable`1")]
    [InlineData(typeof(IOneWayGrain), "IOneWayGrain.Go is one-way and has a result")]
    [InlineData(typeof(ITokenGrain), "ITokenGrain.Go does not take its cancellation token last")]
    [InlineData(typeof(ITwinsGrain), "ITwinsGrain has more than one method with alias 'go'")]
    [InlineData(typeof(IForeignGrain), "parameter stream of IForeignGrain.Go is Stream, which has no codec", "the result of IForeignGrain.Go is IPAddress, which has no codec")]
    [InlineData(typeof(IMutableGrain), "the result of IMutableGrain.Go is a List<Int32>, which both sides could change; use an immutable collection")]
    [InlineData(typeof(IDeepGrain), "Deep.Inside is Version, which has no codec")]
    [InlineData(typeof(Loose), "Loose has no alias", "Loose is not [Immutable]", "Loose is neither sealed nor the abstract head of a family", "Loose.Value can be set after it was made", "Loose.Value has no [Id] and is lost on the way")]
    [InlineData(typeof(Forgotten), "Forgotten.Extra has no [Id] and is lost on the way", "Forgotten._hidden has no [Id] and is lost on the way")]
    [InlineData(typeof(Open), "OpenMember is of the family of Open but not declared inside it")]
    public void What_does_not_travel_is_named(Type type, params string[] broken) => Assert.Equal(broken.Order(), TravelRules.BrokenBy(type).Order());

    [Fact]
    public void Two_types_cannot_have_one_alias() =>
        Assert.Equal(["Copied has the alias 'test.ticket' of Ticket"], TravelRules.BrokenBy(typeof(Ticket), typeof(Copied)));

    [Alias("test.fine")]
    internal interface IFineGrain : IGrainWithStringKey
    {
        public const int Limit = 3;

        [Alias("redeem"), ReadOnly]
        Task<Outcome> Redeem(Ticket ticket, ImmutableArray<(Guid Id, DateOnly? Day)> days, byte[] chunk, IFineGrain other, CancellationToken cancellation);

        [Alias("poke"), OneWay]
        Task Poke(DayOfWeek day);

        [Alias("count")]
        ValueTask<ImmutableDictionary<string, int[]>> Count();
    }

    [GenerateSerializer, Immutable, Alias("test.outcome")]
    internal abstract record Outcome
    {
        [GenerateSerializer, Immutable, Alias("test.outcome.accepted")]
        internal sealed record Accepted(Ticket Ticket, Uri Next) : Outcome;

        [GenerateSerializer, Immutable, Alias("test.outcome.refused")]
        internal sealed record Refused : Outcome;
    }

    [GenerateSerializer, Immutable, Alias("test.ticket")]
    internal readonly record struct Ticket(string Value)
    {
        public int Length => Value.Length;
    }

    // Broken on purpose, from here on.
#pragma warning disable CA1068, CA1852
    internal interface INamelessGrain : IGrainWithStringKey
    {
        Task Go();
    }

    [Alias("test.keyless")]
    internal interface IKeylessGrain : IGrain;

    [Alias("test.propertied")]
    internal interface IPropertiedGrain : IGrainWithStringKey
    {
        Task<int> Value { get; }
    }

    [Alias("test.generic")]
    internal interface IGenericGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task Go<T>(T value);
    }

    [Alias("test.synchronous")]
    internal interface ISynchronousGrain : IGrainWithStringKey
    {
        [Alias("go")]
        int Go();
    }

    [Alias("test.streaming")]
    internal interface IStreamingGrain : IGrainWithStringKey
    {
        [Alias("go")]
        IAsyncEnumerable<int> Go();
    }

    [Alias("test.one-way")]
    internal interface IOneWayGrain : IGrainWithStringKey
    {
        [Alias("go"), OneWay]
        Task<int> Go();
    }

    [Alias("test.token")]
    internal interface ITokenGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task Go(CancellationToken cancellation, int value);
    }

    [Alias("test.twins")]
    internal interface ITwinsGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task Go();

        [Alias("go")]
        Task Going();
    }

    [Alias("test.foreign")]
    internal interface IForeignGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task<System.Net.IPAddress> Go(Stream stream);
    }

    [Alias("test.mutable")]
    internal interface IMutableGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task<List<int>> Go();
    }

    [Alias("test.deep")]
    internal interface IDeepGrain : IGrainWithStringKey
    {
        [Alias("go")]
        Task<ImmutableArray<Deep?>> Go();
    }

    [GenerateSerializer, Immutable, Alias("test.deep-message")]
    internal readonly record struct Deep(Version Inside);

    [GenerateSerializer]
    internal class Loose
    {
        public int Value { get; set; }
    }

    [GenerateSerializer, Immutable, Alias("test.forgotten")]
    internal sealed record Forgotten(int Kept)
    {
        private readonly int _hidden = Kept;

        public int Extra { get; init; }

        public int Seen => _hidden;
    }

    [GenerateSerializer, Immutable, Alias("test.open")]
    internal abstract record Open;

    [GenerateSerializer, Immutable, Alias("test.open.member")]
    internal sealed record OpenMember : Open;

    [GenerateSerializer, Immutable, Alias("test.ticket")]
    internal sealed record Copied(int Value);
}
