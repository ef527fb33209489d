namespace Tapedeck.Wasm;

/// <summary>What an import or export is.</summary>
public enum ExternKind : byte
{
    Func = 0,
    Table = 1,
    Memory = 2,
    Global = 3,
}

/// <summary>The size range of a table (in elements) or memory (in pages of 64 KiB).</summary>
/// <param name="Min">The initial size.</param>
/// <param name="Max">The largest size, or null where the module sets none.</param>
public readonly record struct Limits(uint Min, uint? Max);

/// <summary>The type of a table: its size and what it holds, <see cref="ValType.FuncRef"/> or <see cref="ValType.ExternRef"/>.</summary>
public readonly record struct TableType(ValType Element, Limits Limits);

/// <summary>The type of a linear memory.</summary>
public readonly record struct MemoryType(Limits Limits);

/// <summary>The type of a global.</summary>
public readonly record struct GlobalType(ValType Type, bool Mutable);

/// <summary>The type of an import or export; exactly the property that <see cref="Kind"/> names is set.</summary>
public readonly record struct ExternType
{
    public ExternKind Kind { get; private init; }
    public FuncType? Func { get; private init; }
    public TableType Table { get; private init; }
    public MemoryType Memory { get; private init; }
    public GlobalType Global { get; private init; }

    public static ExternType Of(FuncType type) => new() { Kind = ExternKind.Func, Func = type };
    public static ExternType Of(TableType type) => new() { Kind = ExternKind.Table, Table = type };
    public static ExternType Of(MemoryType type) => new() { Kind = ExternKind.Memory, Memory = type };
    public static ExternType Of(GlobalType type) => new() { Kind = ExternKind.Global, Global = type };
}

/// <summary>An import that a module asks for.</summary>
public sealed record ImportType(string Module, string Name, ExternType Type);

/// <summary>An export that a module offers.</summary>
/// <param name="Index">Its index in the index space of its kind.</param>
public sealed record ExportType(string Name, ExternType Type, int Index);
