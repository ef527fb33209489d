using System.Reflection;

namespace Tapedeck.Wasm.Compilation;

/// <summary>Takes the IL of one method and gives out the tokens that it refers to other things by.</summary>
internal abstract class MethodSink
{
    internal abstract int Token(MethodInfo method);

    /// <summary>The signature for calling a function of <paramref name="type"/> through its code pointer.</summary>
    internal abstract int CallSignature(FuncType type);

    /// <summary>The signature for calling a region through its code pointer.</summary>
    internal abstract int RegionSignature { get; }

    internal abstract void Finish(ReadOnlySpan<byte> prologue, ReadOnlySpan<byte> body, IReadOnlyList<IlType> locals, int maxStack);
}

/// <summary>Takes the methods of one module.</summary>
internal abstract class ModuleSink
{
    /// <summary>Functions are called by token; else through the module's code pointers, which may have to be resolved first.</summary>
    internal abstract bool CallsByToken { get; }

    internal abstract MethodSink NewFunction(int function);

    /// <summary>Starts a region: a part of a function that was too large for one method.</summary>
    /// <returns>Its sink and its index among the module's code pointers, behind the functions.</returns>
    internal abstract (MethodSink Sink, int Index) NewRegion();

    /// <summary>The token of a function or region, by its index among the code pointers.</summary>
    internal abstract int CodeToken(int index);
}
