using Orleans.Runtime;

namespace Orleans
{
    public interface IGrainBase
    {
        IGrainContext GrainContext { get; }

        Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

        Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
    }

    public abstract class Grain : IGrainBase, IAddressable
    {
        private readonly IActivation? _activation = IActivation.Current;

        IGrainContext IGrainBase.GrainContext => Activation;

        protected IGrainFactory GrainFactory => Activation.GrainFactory;

        protected internal IServiceProvider ServiceProvider => Activation.ActivationServices;

        private IActivation Activation => _activation ?? throw new InvalidOperationException($"{GetType()} was not made by a grain host");

        protected void DeactivateOnIdle() =>
            Activation.Deactivate(new(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

        protected void DelayDeactivation(TimeSpan timeSpan) => Activation.DelayDeactivation(timeSpan);

        public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;
    }

    public enum DeactivationReasonCode : byte
    {
        None,
        ShuttingDown,
        ActivationFailed,
        InternalFailure,
        ActivationIdle,
        ActivationUnresponsive,
        DuplicateActivation,
        IncompatibleRequest,
        ApplicationError,
        ApplicationRequested,
        Migrating,
    }

    public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text) : IEquatable<DeactivationReason>
    {
        public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text)
        {
        }

        public DeactivationReasonCode ReasonCode { get; } = code;

        public string Description { get; } = text;

        public Exception? Exception { get; } = exception;

        public bool Equals(DeactivationReason other) =>
            (ReasonCode, Description, Exception).Equals((other.ReasonCode, other.Description, other.Exception));

        public override bool Equals(object? obj) => obj is DeactivationReason other && Equals(other);

        public override int GetHashCode() => HashCode.Combine(ReasonCode, Description, Exception);

        public override string ToString() => Exception is null ? $"{ReasonCode}: {Description}" : $"{ReasonCode}: {Description}. Exception: {Exception}";

        public static bool operator ==(DeactivationReason left, DeactivationReason right) => left.Equals(right);

        public static bool operator !=(DeactivationReason left, DeactivationReason right) => !left.Equals(right);
    }
}

namespace Orleans.Runtime
{
    /// <summary>A grain from the host's side.</summary>
    public interface IGrainContext
    {
        GrainId GrainId { get; }

        object? GrainInstance { get; }

        IServiceProvider ActivationServices { get; }

        void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default);
    }
}
