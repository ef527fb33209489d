using Tapedeck.Components.Linking;
using Tapedeck.Wasm;

namespace Tapedeck.Components;

/// <summary>A resource that a component defines, as the host holds it. It is of use in its instance only.</summary>
public sealed class GuestResource
{
    private bool _isTaken;

    internal GuestResource(ResourceDefinition definition, int rep, ComponentInstance root)
    {
        Definition = definition;
        Rep = rep;
        Root = root;
    }

    internal ResourceDefinition Definition { get; }
    internal int Rep { get; }
    internal ComponentInstance Root { get; }

    /// <summary>Runs the destructor. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <exception cref="InvalidOperationException">The resource was dropped or given away before.</exception>
    /// <exception cref="TrapException">The destructor trapped.</exception>
    public void Drop() => Root.Destroy(Definition, Take(), null);

    /// <summary>Gives the resource away, once.</summary>
    internal int Take()
    {
        if (_isTaken)
        {
            throw new InvalidOperationException($"the {Definition.Name} was dropped or given away before");
        }
        _isTaken = true;
        return Rep;
    }
}
