using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Binary;

/// <summary>The proposals that this engine refuses, and how their bytes are known.</summary>
internal static class Feature
{
    internal const string Component = "component";
    internal const string Exceptions = "exceptions";
    internal const string FunctionReferences = "function-references";
    internal const string GarbageCollection = "gc";
    internal const string Memory64 = "memory64";
    internal const string RelaxedSimd = "relaxed-simd";
    internal const string StackSwitching = "stack-switching";
    internal const string Threads = "threads";
    internal const string WideArithmetic = "wide-arithmetic";

    /// <summary>The feature that a type form or heap type belongs to, or null.</summary>
    internal static string? OfType(byte code) => code switch
    {
        0x5E or 0x5F or 0x50 or 0x4F or 0x4E => GarbageCollection,
        0x6E or 0x6D or 0x6C or 0x6B or 0x6A or 0x71 or 0x72 or 0x73 => GarbageCollection,
        0x69 or 0x74 => Exceptions,
        0x68 or 0x75 or 0x5D => StackSwitching,
        0x63 or 0x64 => FunctionReferences,
        _ => null,
    };

    /// <summary>The feature that an opcode without prefix belongs to, or that all opcodes with a prefix belong to; null for none.</summary>
    internal static string? OfOpcode(byte code) => code switch
    {
        (>= 0x06 and <= 0x0A) or 0x18 or 0x19 or 0x1F => Exceptions,
        0x14 or 0x15 or 0xD4 or 0xD5 or 0xD6 => FunctionReferences,
        0xD3 or 0xFB => GarbageCollection,
        >= 0xE0 and <= 0xE6 => StackSwitching,
        0xFE => Threads,
        _ => null,
    };

    /// <summary>The feature that a number behind a <see cref="Prefix"/> belongs to, or null.</summary>
    internal static string? OfPrefixed(byte prefix, uint number) => (prefix, number) switch
    {
        (Prefix.Vector, >= 0x100 and <= 0x12F) => RelaxedSimd,
        (Prefix.Miscellaneous, >= 0x13 and <= 0x16) => WideArithmetic,
        _ => null,
    };
}
