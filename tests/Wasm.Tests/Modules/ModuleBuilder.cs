namespace Tapedeck.Wasm.Tests.Modules;

/// <summary>Builds a module for a test. What is imported has to be added before what is defined; every index is returned.</summary>
internal sealed class ModuleBuilder
{
    private readonly List<FuncType> _types = [];
    private readonly List<byte[]> _imports = [];
    private readonly List<byte[]> _functions = [];
    private readonly List<byte[]> _tables = [];
    private readonly List<byte[]> _memories = [];
    private readonly List<byte[]> _globals = [];
    private readonly List<byte[]> _exports = [];
    private readonly List<byte[]> _elements = [];
    private readonly List<byte[]> _bodies = [];
    private readonly List<byte[]> _data = [];
    private readonly int[] _imported = new int[4];
    private int? _start;

    internal int Type(FuncType type)
    {
        var index = _types.IndexOf(type);
        if (index < 0)
        {
            index = _types.Count;
            _types.Add(type);
        }
        return index;
    }

    internal int ImportFunction(string name, FuncType type) => Import(name, ExternKind.Func, bytes => bytes.AddU32(Type(type)));

    internal int ImportTable(string name, TableType type) => Import(name, ExternKind.Table, bytes => Table(bytes, type));

    internal int ImportMemory(string name, Limits limits) => Import(name, ExternKind.Memory, bytes => bytes.AddLimits(limits));

    internal int ImportGlobal(string name, GlobalType type) => Import(name, ExternKind.Global, bytes => Global(bytes, type));

    /// <summary>Adds a function; <paramref name="export"/> null exports it not.</summary>
    internal int Function(string? export, FuncType type, Code code, params ReadOnlySpan<(int Count, ValType Type)> locals)
    {
        _functions.Add(Bytes(bytes => bytes.AddU32(Type(type))));
        var body = new List<byte>();
        body.AddU32(locals.Length);
        foreach (var (count, local) in locals)
        {
            body.AddU32(count);
            body.Add((byte)local);
        }
        body.AddRange(code.Bytes);
        body.Add(0x0B);
        _bodies.Add(Sized(body));
        return Exported(export, ExternKind.Func, _functions.Count);
    }

    internal int Table(string? export, TableType type)
    {
        _tables.Add(Bytes(bytes => Table(bytes, type)));
        return Exported(export, ExternKind.Table, _tables.Count);
    }

    internal int Memory(string? export, Limits limits)
    {
        _memories.Add(Bytes(bytes => bytes.AddLimits(limits)));
        return Exported(export, ExternKind.Memory, _memories.Count);
    }

    internal int Global(string? export, GlobalType type, Code init)
    {
        _globals.Add(Bytes(bytes =>
        {
            Global(bytes, type);
            Constant(bytes, init);
        }));
        return Exported(export, ExternKind.Global, _globals.Count);
    }

    internal void Export(string name, ExternKind kind, int index) => _exports.Add(Bytes(bytes =>
    {
        bytes.AddName(name);
        bytes.Add((byte)kind);
        bytes.AddU32(index);
    }));

    internal void Start(int function) => _start = function;

    internal void ActiveElements(int table, Code offset, params ReadOnlySpan<int> functions)
    {
        var bytes = new List<byte> { 2 };
        bytes.AddU32(table);
        Constant(bytes, offset);
        Elements(bytes, functions);
    }

    internal int PassiveElements(params ReadOnlySpan<int> functions)
    {
        Elements([1], functions);
        return _elements.Count - 1;
    }

    internal void ActiveData(Code offset, ReadOnlySpan<byte> content)
    {
        var bytes = new List<byte> { 0 };
        Constant(bytes, offset);
        Data(bytes, content);
    }

    internal int PassiveData(ReadOnlySpan<byte> content)
    {
        Data([1], content);
        return _data.Count - 1;
    }

    internal byte[] Build()
    {
        var module = new List<byte>([.. "\0asm"u8, 1, 0, 0, 0]);
        Section(module, 1, [.. _types.Select(type => Bytes(bytes => Type(bytes, type)))]);
        Section(module, 2, _imports);
        Section(module, 3, _functions);
        Section(module, 4, _tables);
        Section(module, 5, _memories);
        Section(module, 6, _globals);
        Section(module, 7, _exports);
        if (_start is { } start)
        {
            module.Add(8);
            module.AddRange(Sized([.. Bytes(bytes => bytes.AddU32(start))]));
        }
        Section(module, 9, _elements);
        if (_data.Count > 0)
        {
            module.Add(12);
            module.AddRange(Sized([.. Bytes(bytes => bytes.AddU32(_data.Count))]));
        }
        Section(module, 10, _bodies);
        Section(module, 11, _data);
        return [.. module];
    }

    private int Import(string name, ExternKind kind, Action<List<byte>> type)
    {
        _imports.Add(Bytes(bytes =>
        {
            bytes.AddName("host");
            bytes.AddName(name);
            bytes.Add((byte)kind);
            type(bytes);
        }));
        return _imported[(int)kind]++;
    }

    private int Exported(string? name, ExternKind kind, int defined)
    {
        var index = _imported[(int)kind] + defined - 1;
        if (name is not null)
        {
            Export(name, kind, index);
        }
        return index;
    }

    private void Elements(List<byte> bytes, ReadOnlySpan<int> functions)
    {
        bytes.Add(0);
        bytes.AddU32(functions.Length);
        foreach (var function in functions)
        {
            bytes.AddU32(function);
        }
        _elements.Add([.. bytes]);
    }

    private void Data(List<byte> bytes, ReadOnlySpan<byte> content)
    {
        bytes.AddU32(content.Length);
        bytes.AddRange(content);
        _data.Add([.. bytes]);
    }

    private static void Type(List<byte> bytes, FuncType type)
    {
        bytes.Add(0x60);
        foreach (var values in new[] { type.Parameters, type.Results })
        {
            bytes.AddU32(values.Count);
            bytes.AddRange(values.Select(value => (byte)value));
        }
    }

    private static void Table(List<byte> bytes, TableType type)
    {
        bytes.Add((byte)type.Element);
        bytes.AddLimits(type.Limits);
    }

    private static void Global(List<byte> bytes, GlobalType type)
    {
        bytes.Add((byte)type.Type);
        bytes.Add(type.Mutable ? (byte)1 : (byte)0);
    }

    private static void Constant(List<byte> bytes, Code code)
    {
        bytes.AddRange(code.Bytes);
        bytes.Add(0x0B);
    }

    private static void Section(List<byte> module, byte id, List<byte[]> items)
    {
        if (items.Count > 0)
        {
            module.Add(id);
            module.AddRange(Sized([.. Bytes(bytes => bytes.AddU32(items.Count)), .. items.SelectMany(item => item)]));
        }
    }

    private static byte[] Sized(List<byte> content) => [.. Bytes(bytes => bytes.AddU32(content.Count)), .. content];

    private static byte[] Bytes(Action<List<byte>> write)
    {
        var bytes = new List<byte>();
        write(bytes);
        return [.. bytes];
    }
}
