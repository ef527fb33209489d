using Tapedeck.Wasm.Binary;

namespace Tapedeck.Wasm.Validation;

/// <summary>What code may refer to: the <see href="https://webassembly.github.io/spec/core/valid/conventions.html#contexts">context</see> of the specification.</summary>
internal sealed class ModuleContext
{
    private readonly bool[] _references;

    internal ModuleContext(ModuleDeclaration module, ModuleLimits limits)
    {
        Module = module;
        Limits = limits;
        Types = Array.ConvertAll(module.Types, Signature.Of);
        _references = new bool[module.FunctionTypes.Length];
    }

    internal ModuleDeclaration Module { get; }

    internal ModuleLimits Limits { get; }

    internal Signature[] Types { get; }

    internal Signature TypeOf(int function) => Types[Module.FunctionTypes[function]];

    /// <summary>Whether the module mentions the function outside of code, so that <c>ref.func</c> may name it.</summary>
    internal bool IsReferenced(int function) => _references[function];

    internal void AddReference(int function) => _references[function] = true;
}
