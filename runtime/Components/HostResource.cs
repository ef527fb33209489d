using Tapedeck.Components.Linking;
using Tapedeck.Components.Types;

namespace Tapedeck.Components;

/// <summary>A resource type that the host implements. What a handle stands for is an object.</summary>
public sealed class HostResource
{
    private readonly Action<Call, object>? _drop;

    /// <param name="name">Its name in WIT, as <c>input-stream</c>.</param>
    /// <param name="drop">What to do with an object that a guest, or the end of a call, drops. It may trap; at the end of a call it is not to throw.</param>
    public HostResource(string name, Action<Call, object>? drop = null)
    {
        Name = name;
        _drop = drop;
        Type = new ResourceType(name);
        Own = new OwnType(Type);
        Borrow = new BorrowType(Type);
        Definition = new ResourceDefinition(name, this);
    }

    public string Name { get; }
    public ResourceType Type { get; }

    /// <summary><c>own&lt;T&gt;</c></summary>
    public WitType Own { get; }

    /// <summary><c>borrow&lt;T&gt;</c></summary>
    public WitType Borrow { get; }

    internal ResourceDefinition Definition { get; }

    internal void Drop(Call call, object resource) => _drop?.Invoke(call, resource);
}
