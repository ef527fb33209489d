namespace Tapedeck.Wasm.Tests.Execution;

/// <summary>Ways for guest code not to come to an end.</summary>
public enum Endless
{
    /// <summary>A loop without anything in it.</summary>
    Loop,

    /// <summary>A loop of arithmetic on locals, left and entered again through a table of branches.</summary>
    BrTable,

    /// <summary>Calls to a depth of 60, two at each level.</summary>
    Tree,

    /// <summary>The same by two functions that call each other through a table.</summary>
    IndirectTree,
    ReturnCall,
    ReturnCallIndirect,
    MemoryFill,
    MemoryCopy,
    MemoryInit,
    TableFill,
    TableCopy,
    TableInit,
}
