using System.Text.Json.Serialization;

namespace Tapedeck.Conformance.WasmCore;

/// <summary>A command of a script. <see href="https://github.com/WebAssembly/spec/tree/main/interpreter#scripts"/></summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ModuleCommand), "module")]
[JsonDerivedType(typeof(ModuleDefinition), "module_definition")]
[JsonDerivedType(typeof(ModuleInstance), "module_instance")]
[JsonDerivedType(typeof(Register), "register")]
[JsonDerivedType(typeof(ActionCommand), "action")]
[JsonDerivedType(typeof(AssertReturn), "assert_return")]
[JsonDerivedType(typeof(AssertTrap), "assert_trap")]
[JsonDerivedType(typeof(AssertExhaustion), "assert_exhaustion")]
[JsonDerivedType(typeof(AssertException), "assert_exception")]
[JsonDerivedType(typeof(AssertInvalid), "assert_invalid")]
[JsonDerivedType(typeof(AssertMalformed), "assert_malformed")]
[JsonDerivedType(typeof(AssertUnlinkable), "assert_unlinkable")]
[JsonDerivedType(typeof(AssertUninstantiable), "assert_uninstantiable")]
internal abstract record Command(int Line);

/// <summary>A command that brings a module in a file of its own.</summary>
/// <param name="BinaryFilename">The binary of a module in the text format, where the text has one.</param>
internal abstract record CommandWithModule(int Line, string Filename, string ModuleType, string? BinaryFilename) : Command(Line)
{
    internal string? Binary => ModuleType == "binary" ? Filename : BinaryFilename;
}

internal sealed record ModuleCommand(int Line, string? Name, string Filename, string ModuleType, string? BinaryFilename)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

internal sealed record ModuleDefinition(int Line, string? Name, string Filename, string ModuleType, string? BinaryFilename)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

internal sealed record AssertInvalid(int Line, string Filename, string ModuleType, string? BinaryFilename)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

internal sealed record AssertMalformed(int Line, string Filename, string ModuleType, string? BinaryFilename)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

internal sealed record AssertUnlinkable(int Line, string Filename, string ModuleType, string? BinaryFilename, string Text)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

internal sealed record AssertUninstantiable(int Line, string Filename, string ModuleType, string? BinaryFilename, string Text)
    : CommandWithModule(Line, Filename, ModuleType, BinaryFilename);

/// <param name="Instance">The name of the new instance.</param>
/// <param name="Module">The definition to instantiate; the last one if it has no name.</param>
internal sealed record ModuleInstance(int Line, string? Instance, string? Module) : Command(Line);

/// <param name="Name">The instance; the last one if it has no name.</param>
/// <param name="As">The module name under which others import from it.</param>
internal sealed record Register(int Line, string? Name, string As) : Command(Line);

internal sealed record ActionCommand(int Line, Act Action) : Command(Line);

internal sealed record AssertReturn(int Line, Act Action, Literal[] Expected) : Command(Line);

internal sealed record AssertTrap(int Line, Act Action, string Text) : Command(Line);

internal sealed record AssertExhaustion(int Line, Act Action, string Text) : Command(Line);

internal sealed record AssertException(int Line, Act Action) : Command(Line);
