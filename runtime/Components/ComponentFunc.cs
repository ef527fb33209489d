using Tapedeck.Components.Linking;
using Tapedeck.Components.Values;
using Tapedeck.Wasm;
using FuncType = Tapedeck.Components.Types.FuncType;

namespace Tapedeck.Components;

/// <summary>A function that an instance exports.</summary>
public sealed class ComponentFunc
{
    private readonly ComponentInstance _root;
    private readonly FuncDefinition _definition;

    internal ComponentFunc(ComponentInstance root, FuncDefinition definition)
    {
        _root = root;
        _definition = definition;
    }

    public FuncType Type => _definition.Type;

    /// <summary>Calls the function, and does not come back before it does. Inside <see cref="Engine.Run"/> or <see cref="Engine.RunAsync"/> only.</summary>
    /// <returns>The result; null where the function has none.</returns>
    /// <exception cref="ArgumentException">The arguments are not of the function's types.</exception>
    /// <exception cref="TrapException">The guest trapped. Its instance cannot be called any more.</exception>
    /// <exception cref="CallLimitException">The guest went beyond a limit of the call.</exception>
    public WitValue? Invoke(params ReadOnlySpan<WitValue> arguments)
    {
        if (arguments.Length != _definition.Parameters)
        {
            throw new ArgumentException($"the function takes {_definition.Parameters} arguments, {arguments.Length} were given");
        }
        _root.Call.Release(0);
        return _definition is LiftedDefinition lifted
            ? _root.Lifted(lifted).CallFromHost(arguments)
            : ((HostDefinition)_definition).Function.Invoke(_root.Call, arguments);
    }

    /// <summary>As <see cref="Invoke"/>; a component that waits gives its thread back, once there are such components.</summary>
    /// <inheritdoc cref="Invoke"/>
    public ValueTask<WitValue?> Call(params WitValue[] arguments) => ValueTask.FromResult(Invoke(arguments));
}
