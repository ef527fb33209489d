namespace Tapedeck.Components.Abi;

/// <summary>A call of a lifted function, as its callee sees it: it answers for the borrowed handles that it was given.</summary>
/// <remarks><see href="https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md#tasks"/></remarks>
internal sealed class Task
{
    internal int NumBorrows { get; set; }

    /// <summary><c>return_</c>: all borrowed handles must be dropped.</summary>
    internal void Return() => Trap.If(NumBorrows > 0, "borrow handles still remain at the end of the call");
}
