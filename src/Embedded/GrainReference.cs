using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans;
using Orleans.Runtime;

namespace Backsoon.Embedded;

/// <summary>Stands for a grain wherever it is called from. Two references to one grain are equal.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxies derive from it.")]
internal class GrainReference : DispatchProxy, IReference
{
    private GrainHost _host = null!;
    private GrainInterface _interface = null!;
    private GrainClass _grain = null!;

    public GrainId GrainId { get; private set; }

    public TGrainInterface As<TGrainInterface>() => this is TGrainInterface already ? already : _host.Refer<TGrainInterface>(_grain, GrainId);

    public GrainReference Copy(GrainHost host, GrainInterface @interface, GrainClass grain, GrainId id)
    {
        var copy = (GrainReference)MemberwiseClone();
        copy._host = host;
        copy._interface = @interface;
        copy._grain = grain;
        copy.GrainId = id;
        return copy;
    }

    public override bool Equals(object? obj) => obj is GrainReference other && other.GrainId == GrainId;

    public override int GetHashCode() => GrainId.GetHashCode();

    public override string ToString() => GrainId.ToString();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _interface.Methods[targetMethod!].Call(_host, _grain, GrainId, args!);
}
