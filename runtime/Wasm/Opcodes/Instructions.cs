namespace Tapedeck.Wasm.Opcodes;

/// <summary>What is known of each opcode, found without a search.</summary>
internal static class Instructions
{
    private const int PageSize = 256;

    // One page of 256 a prefix: none, 0xFC, 0xFD.
    private static readonly Instruction?[] Pages = Paginate();

    private static readonly bool[] Known = MarkKnown();

    internal static IEnumerable<Instruction> All => Pages.OfType<Instruction>();

    /// <summary>The row of an instruction, or null if it is not a regular one.</summary>
    internal static Instruction? Find(Opcode opcode) => Pages[IndexOf(opcode)];

    /// <summary>Whether an opcode without prefix, or with a prefix of <see cref="Prefix"/>, is one of <see cref="Opcode"/>.</summary>
    internal static bool IsKnown(Opcode opcode) => Known[IndexOf(opcode)];

    private static int IndexOf(Opcode opcode) => (PageOf((int)opcode >> 8) * PageSize) | ((int)opcode & 0xFF);

    private static int PageOf(int prefix) => prefix == 0 ? 0 : 1 + (prefix & 1);

    private static Instruction?[] Paginate()
    {
        var pages = new Instruction?[3 * PageSize];
        foreach (var row in (ReadOnlySpan<Instruction>)[.. NumericInstructions.Rows, .. MemoryInstructions.Rows, .. VectorInstructions.Rows])
        {
            pages[IndexOf(row.Opcode)] = row;
        }
        return pages;
    }

    private static bool[] MarkKnown()
    {
        var known = new bool[3 * PageSize];
        foreach (var opcode in Enum.GetValues<Opcode>())
        {
            known[IndexOf(opcode)] = true;
        }
        return known;
    }
}
