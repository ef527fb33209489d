using Tapedeck.Components.Types;
using Tapedeck.Wasm;
using ExternType = Tapedeck.Wasm.ExternType;

namespace Tapedeck.Components.Validation;

/// <summary>Whether a core module, or something that a core instance exports, can stand where another is expected. An answer is null or what does not fit.</summary>
internal static class CoreSubtyping
{
    internal static string? Mismatch(CoreModuleType actual, CoreModuleType expected, ValidationContext context)
    {
        context.Charge(actual.Imports.Count + expected.Exports.Count);
        foreach (var (name, needed) in actual.Imports)
        {
            if (!expected.Imports.TryGetValue(name, out var offered))
            {
                return $"missing expected import `{name.Module}::{name.Name}`";
            }
            if (Mismatch(offered, needed) is { } mismatch)
            {
                return $"type mismatch in import `{name.Module}::{name.Name}`: {mismatch}";
            }
        }
        foreach (var (name, wanted) in expected.Exports)
        {
            if (!actual.Exports.TryGetValue(name, out var export))
            {
                return $"missing expected export `{name}`";
            }
            if (Mismatch(export, wanted) is { } mismatch)
            {
                return $"type mismatch in export `{name}`: {mismatch}";
            }
        }
        return null;
    }

    internal static string? Mismatch(ExternType actual, ExternType expected)
    {
        if (actual.Kind != expected.Kind)
        {
            return $"expected {Word(expected.Kind)}, found {Word(actual.Kind)}";
        }
        return expected.Kind switch
        {
            ExternKind.Func => expected.Func!.Equals(actual.Func) ? null : $"expected a function {expected.Func}, found {actual.Func}",
            ExternKind.Table => Mismatch(actual.Table, expected.Table),
            ExternKind.Memory => Fits(actual.Memory.Limits, expected.Memory.Limits) ? null : "mismatch in memory limits",
            _ => Mismatch(actual.Global, expected.Global),
        };
    }

    private static string? Mismatch(TableType actual, TableType expected) =>
        actual.Element != expected.Element
            ? $"expected table element type {expected.Element}, found {actual.Element}".ToLowerInvariant()
            : Fits(actual.Limits, expected.Limits) ? null : "mismatch in table limits";

    private static string? Mismatch(GlobalType actual, GlobalType expected) =>
        actual.Type != expected.Type
            ? $"expected global type {expected.Type}, found {actual.Type}".ToLowerInvariant()
            : actual.Mutable == expected.Mutable ? null : "mismatch in the mutability of a global";

    private static bool Fits(Limits actual, Limits expected) => actual.Min >= expected.Min && (expected.Max is null || actual.Max <= expected.Max);

    private static string Word(ExternKind kind) => kind.ToString().ToLowerInvariant();
}
