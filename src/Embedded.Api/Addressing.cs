using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime
{
    public interface IAddressable;

    /// <summary>A grain's name for ever: <c>{grain type}/{key}</c>.</summary>
    public readonly struct GrainId : IEquatable<GrainId>
    {
        private readonly int _hash;

        private GrainId(string type, string key)
        {
            Type = type;
            Key = key;
            _hash = HashCode.Combine(type, key);
        }

        internal string Type { get; }

        internal string Key { get; }

        public static GrainId Create(string type, string key) => new(type, key);

        public static GrainId Parse(string value) => TryParse(value, out var id) ? id : throw new ArgumentException($"'{value}' is no grain id", nameof(value));

        public static bool TryParse([NotNullWhen(true)] string? value, out GrainId grainId)
        {
            var slash = value?.IndexOf('/') ?? -1;
            grainId = slash > 0 ? new(value![..slash], value[(slash + 1)..]) : default;
            return slash > 0;
        }

        public bool Equals(GrainId other) => _hash == other._hash && Key == other.Key && Type == other.Type;

        public override bool Equals([NotNullWhen(true)] object? obj) => obj is GrainId other && Equals(other);

        public override int GetHashCode() => _hash;

        public override string ToString() => $"{Type}/{Key}";

        public static bool operator ==(GrainId left, GrainId right) => left.Equals(right);

        public static bool operator !=(GrainId left, GrainId right) => !left.Equals(right);
    }
}

namespace Orleans
{
    using Orleans.Runtime;

    public interface IGrain : IAddressable;

    public interface IGrainWithStringKey : IGrain;

    public interface IGrainFactory
    {
        TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null) where TGrainInterface : IGrainWithStringKey;
    }

    public interface IClusterClient : IGrainFactory;

    public static class GrainExtensions
    {
        public static GrainId GetGrainId(this IAddressable grain) => grain switch
        {
            IReference reference => reference.GrainId,
            IGrainBase { GrainContext: { } context } => context.GrainId,
            null => throw new ArgumentNullException(nameof(grain)),
            _ => throw new ArgumentException($"{grain.GetType()} was not made by a grain host", nameof(grain)),
        };

        public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key;

        public static TGrainInterface AsReference<TGrainInterface>(this IAddressable grain) => grain switch
        {
            IReference reference => reference.As<TGrainInterface>(),
            IGrainBase { GrainContext: IActivation activation } => activation.AsReference<TGrainInterface>(),
            null => throw new ArgumentNullException(nameof(grain)),
            _ => throw new ArgumentException($"{grain.GetType()} was not made by a grain host", nameof(grain)),
        };
    }
}
