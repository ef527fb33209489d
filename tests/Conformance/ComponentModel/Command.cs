using System.Text.Json;
using System.Text.Json.Serialization;

namespace Tapedeck.Conformance.ComponentModel;

/// <summary>A command of a script about components.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ComponentCommand), "component")]
[JsonDerivedType(typeof(Instantiate), "instantiate")]
[JsonDerivedType(typeof(ActionCommand), "action")]
[JsonDerivedType(typeof(AssertReturn), "assert_return")]
[JsonDerivedType(typeof(AssertTrap), "assert_trap")]
[JsonDerivedType(typeof(AssertInvalid), "assert_invalid")]
[JsonDerivedType(typeof(AssertMalformed), "assert_malformed")]
[JsonDerivedType(typeof(AssertUninstantiable), "assert_uninstantiable")]
internal abstract record Command(int Line);

/// <summary>A command that brings a component in a file of its own.</summary>
internal abstract record CommandWithComponent(int Line, string Filename, string ModuleType) : Command(Line)
{
    internal string? Binary => ModuleType == "binary" ? Filename : null;
}

/// <param name="Definition">Whether the component is defined only; else an instance is made of it as well.</param>
internal sealed record ComponentCommand(int Line, string? Name, string Filename, string ModuleType, bool Definition)
    : CommandWithComponent(Line, Filename, ModuleType);

internal sealed record AssertInvalid(int Line, string Filename, string ModuleType, string Text)
    : CommandWithComponent(Line, Filename, ModuleType);

internal sealed record AssertMalformed(int Line, string Filename, string ModuleType, string Text)
    : CommandWithComponent(Line, Filename, ModuleType);

internal sealed record AssertUninstantiable(int Line, string Filename, string ModuleType, string Text)
    : CommandWithComponent(Line, Filename, ModuleType);

/// <param name="Name">The name of the new instance.</param>
/// <param name="Definition">The component to make it of.</param>
internal sealed record Instantiate(int Line, string? Name, string? Definition) : Command(Line);

internal sealed record ActionCommand(int Line, Act Action) : Command(Line);

internal sealed record AssertReturn(int Line, Act Action, JsonElement Expected) : Command(Line);

internal sealed record AssertTrap(int Line, Act Action, string Text) : Command(Line);

/// <summary>A call of an exported function.</summary>
/// <param name="Module">The instance; the last one if it has no name.</param>
/// <param name="Args">Values, each with its type.</param>
internal sealed record Act(string Type, string? Module, string Field, JsonElement Args);
