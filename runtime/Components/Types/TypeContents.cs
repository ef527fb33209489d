namespace Tapedeck.Components.Types;

/// <summary>What a type has in it, at any depth.</summary>
[Flags]
public enum TypeContents : byte
{
    None = 0,

    /// <summary>A <c>borrow</c>.</summary>
    Borrow = 1,

    /// <summary>An <c>own</c> or a <c>borrow</c>: the type refers to a resource type.</summary>
    Resource = 2,

    /// <summary>A list of variable length or a string: lowering it needs a memory, and lifting into it <c>realloc</c>.</summary>
    Pointer = 4,

    /// <summary>A <c>stream</c>, a <c>future</c> or an <c>error-context</c>: WASI 0.3, which is refused.</summary>
    Async = 8,
}
