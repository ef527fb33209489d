namespace Tapedeck.Wasm.Binary;

/// <summary>A decoded module: what the bytes declare, in the order of the index spaces (imports first).</summary>
internal sealed class ModuleDeclaration
{
    internal required ReadOnlyMemory<byte> Bytes { get; init; }
    internal required FuncType[] Types { get; init; }
    internal required ImportType[] Imports { get; init; }
    internal required ExportType[] Exports { get; init; }

    /// <summary>The type index of each function, imported ones first.</summary>
    internal required int[] FunctionTypes { get; init; }
    internal required TableType[] Tables { get; init; }
    internal required MemoryType[] Memories { get; init; }
    internal required GlobalType[] Globals { get; init; }

    internal required int ImportedFunctions { get; init; }
    internal required int ImportedTables { get; init; }
    internal required int ImportedMemories { get; init; }
    internal required int ImportedGlobals { get; init; }

    /// <summary>The initialisers of the module's own globals.</summary>
    internal required ConstantExpression[] GlobalInits { get; init; }
    internal required ElementSegment[] Elements { get; init; }
    internal required DataSegment[] Data { get; init; }

    /// <summary>What the data count section says, or null where there is none.</summary>
    internal int? DataCount { get; init; }

    /// <summary>The bodies of the module's own functions.</summary>
    internal required FunctionBody[] Code { get; init; }
    internal required int? Start { get; init; }
    internal required CustomSection[] CustomSections { get; init; }

    internal FuncType TypeOf(int function) => Types[FunctionTypes[function]];
}

/// <summary>A constant expression: the range of its bytes, without the final <c>end</c>.</summary>
internal readonly record struct ConstantExpression(int Start, int End);

internal enum SegmentMode : byte
{
    Passive,
    Active,
    Declarative,
}

/// <param name="Table">The table of an active segment.</param>
/// <param name="Offset">The offset expression of an active segment.</param>
/// <param name="Items">One constant expression per element; where the binary holds function indices, <see cref="Functions"/> instead.</param>
/// <param name="Functions">Function indices, or null where the binary holds expressions.</param>
internal sealed record ElementSegment(
    SegmentMode Mode, ValType Type, int Table, ConstantExpression Offset, int[]? Functions, ConstantExpression[]? Items)
{
    internal int Count => Functions?.Length ?? Items!.Length;
}

/// <param name="Start">Where the bytes start in the module.</param>
internal sealed record DataSegment(SegmentMode Mode, int Memory, ConstantExpression Offset, int Start, int Length);

/// <summary>A run of locals of one type.</summary>
internal readonly record struct LocalRun(int Count, ValType Type);

/// <param name="Start">The offset of the first instruction in the module.</param>
/// <param name="End">The offset behind the final <c>end</c>.</param>
internal sealed record FunctionBody(LocalRun[] Locals, int Start, int End)
{
    /// <summary>How many instructions there are. This and what follows is set by validation, for the compiler to estimate what the function costs.</summary>
    internal int Instructions { get; set; }

    /// <summary>Basic blocks of the code it becomes: structured instructions, branches and their targets, one for each memory access, two for each indirect call.</summary>
    internal int Blocks { get; set; }
    internal bool HasLoops { get; set; }

    /// <summary>Whether it calls a function or an operation that runs out of line.</summary>
    internal bool HasCalls { get; set; }
    internal bool HasTailCalls { get; set; }

    /// <summary>Whether it uses memory 0.</summary>
    internal bool UsesMemory { get; set; }
}
