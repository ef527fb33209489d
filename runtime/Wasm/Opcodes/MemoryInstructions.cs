using static Tapedeck.Wasm.ValType;

namespace Tapedeck.Wasm.Opcodes;

/// <summary>The loads and stores, of vectors too.</summary>
/// <remarks><see href="https://webassembly.github.io/spec/core/syntax/instructions.html#memory-instructions"/></remarks>
internal static class MemoryInstructions
{
    internal static readonly Instruction[] Rows =
    [
        new(Opcode.I32Load,         "i32.load",          [I32],       I32,  Immediate.Memory, 4),
        new(Opcode.I64Load,         "i64.load",          [I32],       I64,  Immediate.Memory, 8),
        new(Opcode.F32Load,         "f32.load",          [I32],       F32,  Immediate.Memory, 4),
        new(Opcode.F64Load,         "f64.load",          [I32],       F64,  Immediate.Memory, 8),
        new(Opcode.I32Load8S,       "i32.load8_s",       [I32],       I32,  Immediate.Memory, 1),
        new(Opcode.I32Load8U,       "i32.load8_u",       [I32],       I32,  Immediate.Memory, 1),
        new(Opcode.I32Load16S,      "i32.load16_s",      [I32],       I32,  Immediate.Memory, 2),
        new(Opcode.I32Load16U,      "i32.load16_u",      [I32],       I32,  Immediate.Memory, 2),
        new(Opcode.I64Load8S,       "i64.load8_s",       [I32],       I64,  Immediate.Memory, 1),
        new(Opcode.I64Load8U,       "i64.load8_u",       [I32],       I64,  Immediate.Memory, 1),
        new(Opcode.I64Load16S,      "i64.load16_s",      [I32],       I64,  Immediate.Memory, 2),
        new(Opcode.I64Load16U,      "i64.load16_u",      [I32],       I64,  Immediate.Memory, 2),
        new(Opcode.I64Load32S,      "i64.load32_s",      [I32],       I64,  Immediate.Memory, 4),
        new(Opcode.I64Load32U,      "i64.load32_u",      [I32],       I64,  Immediate.Memory, 4),
        new(Opcode.I32Store,        "i32.store",         [I32, I32],  null, Immediate.Memory, 4),
        new(Opcode.I64Store,        "i64.store",         [I32, I64],  null, Immediate.Memory, 8),
        new(Opcode.F32Store,        "f32.store",         [I32, F32],  null, Immediate.Memory, 4),
        new(Opcode.F64Store,        "f64.store",         [I32, F64],  null, Immediate.Memory, 8),
        new(Opcode.I32Store8,       "i32.store8",        [I32, I32],  null, Immediate.Memory, 1),
        new(Opcode.I32Store16,      "i32.store16",       [I32, I32],  null, Immediate.Memory, 2),
        new(Opcode.I64Store8,       "i64.store8",        [I32, I64],  null, Immediate.Memory, 1),
        new(Opcode.I64Store16,      "i64.store16",       [I32, I64],  null, Immediate.Memory, 2),
        new(Opcode.I64Store32,      "i64.store32",       [I32, I64],  null, Immediate.Memory, 4),
        new(Opcode.V128Load,        "v128.load",         [I32],       V128, Immediate.Memory, 16),
        new(Opcode.V128Load8x8S,    "v128.load8x8_s",    [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load8x8U,    "v128.load8x8_u",    [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load16x4S,   "v128.load16x4_s",   [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load16x4U,   "v128.load16x4_u",   [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load32x2S,   "v128.load32x2_s",   [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load32x2U,   "v128.load32x2_u",   [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Load8Splat,  "v128.load8_splat",  [I32],       V128, Immediate.Memory, 1),
        new(Opcode.V128Load16Splat, "v128.load16_splat", [I32],       V128, Immediate.Memory, 2),
        new(Opcode.V128Load32Splat, "v128.load32_splat", [I32],       V128, Immediate.Memory, 4),
        new(Opcode.V128Load64Splat, "v128.load64_splat", [I32],       V128, Immediate.Memory, 8),
        new(Opcode.V128Store,       "v128.store",        [I32, V128], null, Immediate.Memory, 16),
        new(Opcode.V128Load8Lane,   "v128.load8_lane",   [I32, V128], V128, Immediate.MemoryLane, 1, 16),
        new(Opcode.V128Load16Lane,  "v128.load16_lane",  [I32, V128], V128, Immediate.MemoryLane, 2, 8),
        new(Opcode.V128Load32Lane,  "v128.load32_lane",  [I32, V128], V128, Immediate.MemoryLane, 4, 4),
        new(Opcode.V128Load64Lane,  "v128.load64_lane",  [I32, V128], V128, Immediate.MemoryLane, 8, 2),
        new(Opcode.V128Store8Lane,  "v128.store8_lane",  [I32, V128], null, Immediate.MemoryLane, 1, 16),
        new(Opcode.V128Store16Lane, "v128.store16_lane", [I32, V128], null, Immediate.MemoryLane, 2, 8),
        new(Opcode.V128Store32Lane, "v128.store32_lane", [I32, V128], null, Immediate.MemoryLane, 4, 4),
        new(Opcode.V128Store64Lane, "v128.store64_lane", [I32, V128], null, Immediate.MemoryLane, 8, 2),
        new(Opcode.V128Load32Zero,  "v128.load32_zero",  [I32],       V128, Immediate.Memory, 4),
        new(Opcode.V128Load64Zero,  "v128.load64_zero",  [I32],       V128, Immediate.Memory, 8),
    ];
}
