using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Execution;

namespace Tapedeck.Wasm.Compilation;

/// <summary>The code of a module as an assembly in a load context of its own: tiered, or collectible and then optimised at once.</summary>
internal sealed class AssemblyCode : ModuleCode
{
    private const int MethodTable = 0x0600_0000;
    private readonly int _importedFunctions;
    private readonly ModuleHandle _handle;
    private readonly AssemblyLoadContext _context;

    internal AssemblyCode(ModuleDeclaration module, ReadOnlyMemory<byte> image, bool isCollectible)
        : base(module.FunctionTypes.Length)
    {
        _importedFunctions = module.ImportedFunctions;
        _context = new LoadContext(isCollectible);
        // An array in all cases, as a file's or a translator's bytes are; the loader makes a copy of its own.
        var bytes = MemoryMarshal.TryGetArray(image, out var array) ? array : new ArraySegment<byte>(image.ToArray());
        using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        _handle = _context.LoadFromStream(stream).ManifestModule.ModuleHandle;
        Bytes = image.Length;
    }

    /// <summary>Bytes of the assembly.</summary>
    internal int Bytes { get; }

    /// <summary>Lets collectible code go once nothing runs it.</summary>
    internal void Unload()
    {
        if (_context.IsCollectible)
        {
            _context.Unload();
        }
    }

    /// <summary>A pointer to a method that need not be compiled yet, so an instance never has to write to its table to resolve an element.</summary>
    internal override nint ForTable(int function) => Resolve(function);

    protected override nint Make(int index) =>
        _handle.ResolveMethodHandle(MethodTable | (index - _importedFunctions + 1)).GetFunctionPointer();

    private sealed class LoadContext(bool isCollectible) : AssemblyLoadContext("wasm", isCollectible)
    {
        // The engine itself may live in a context other than the default one.
        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name == typeof(Engine).Assembly.GetName().Name ? typeof(Engine).Assembly : null;
    }
}
