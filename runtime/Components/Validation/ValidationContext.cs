using Tapedeck.Components.Binary.Definitions;
using Tapedeck.Wasm;

namespace Tapedeck.Components.Validation;

/// <summary>What validation keeps at hand: the limits, what is left of its time, and the definition that errors are about.</summary>
internal sealed class ValidationContext(Engine engine, ReadOnlyMemory<byte> bytes, ComponentLimits limits)
{
    private long _steps;

    internal Engine Engine { get; } = engine;
    internal ReadOnlyMemory<byte> Bytes { get; } = bytes;
    internal ComponentLimits Limits { get; } = limits;
    internal TypeEquality Equality { get; } = new();

    /// <summary>The definition that is being validated.</summary>
    internal Definition? Current { get; set; }

    /// <summary>Pays for work that is not bounded by the bytes that ask for it.</summary>
    internal void Charge(long steps)
    {
        _steps += steps;
        if (_steps > Limits.ValidationSteps)
        {
            throw TooLarge($"checking the types takes more than {Limits.ValidationSteps} steps");
        }
    }

    internal InvalidComponentException Invalid(string message, int? offset = null) => Error(InvalidComponentReason.Invalid, message, offset);

    internal InvalidComponentException TooLarge(string message) => Error(InvalidComponentReason.TooLarge, message, null);

    internal InvalidComponentException Unsupported(string feature, string what) =>
        new(InvalidComponentReason.Unsupported, $"{what} needs {feature}, which is not supported", Offset, Section) { Feature = feature };

    /// <summary>The error of a core module, with its place in the component.</summary>
    internal InvalidComponentException Core(InvalidModuleException error, CoreModuleDefinition module)
    {
        var reason = error.Reason switch
        {
            InvalidModuleReason.Malformed => InvalidComponentReason.Malformed,
            InvalidModuleReason.Unsupported when error.Feature == "component" => InvalidComponentReason.Malformed,
            InvalidModuleReason.Unsupported => InvalidComponentReason.Unsupported,
            InvalidModuleReason.TooLarge => InvalidComponentReason.TooLarge,
            _ => InvalidComponentReason.Invalid,
        };
        // The message of the engine ends with a place in the module, which is told as one in the component.
        var message = error.Message[..error.Message.LastIndexOf(" (at byte", StringComparison.Ordinal)];
        return new(reason, $"{message}, in the {error.Section} section of a module", module.Start + error.Offset, module.Section, error)
        {
            Feature = reason == InvalidComponentReason.Unsupported ? error.Feature : null,
        };
    }

    /// <summary>The item of an index space.</summary>
    internal T At<T>(List<T> space, uint index, string kind, int? offset = null) =>
        index < (uint)space.Count ? space[(int)index] : throw Invalid($"unknown {kind} {index}: {kind} index out of bounds", offset);

    private int Offset => Current?.Offset ?? 0;

    private string Section => Current?.Section ?? "header";

    private InvalidComponentException Error(InvalidComponentReason reason, string message, int? offset) => new(reason, message, offset ?? Offset, Section);
}
