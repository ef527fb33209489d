using Tapedeck.Wasm;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Modules;

/// <summary>An instruction with the instructions that make its operands. Written in order, a tree is a piece of valid code.</summary>
/// <remarks>
/// A tree rather than a list of instructions, so that the reducer can put a constant in any node's place and have valid code again.
/// A node without opcode writes its operands only: a sequence, or a value that stands on the stack already.
/// </remarks>
internal sealed class Node(Opcode? opcode, ValType[] results)
{
    internal Opcode? Opcode { get; } = opcode;

    /// <summary>What the node leaves on the stack. A node that never ends (<c>br</c>) may claim anything.</summary>
    internal ValType[] Results { get; } = results;

    /// <summary>The immediates, encoded.</summary>
    internal byte[] Immediates { get; init; } = [];
    internal List<Node> Operands { get; init; } = [];

    /// <summary>Keeps the module deterministic around the operand of its first operand, so the reducer leaves it whole.</summary>
    internal bool IsGuard { get; init; }
    internal List<Node>? Body { get; init; }
    internal List<Node>? Else { get; init; }

    /// <summary>The lists that hold the nodes below this one.</summary>
    internal IEnumerable<List<Node>> Children
    {
        get
        {
            yield return Operands;
            if (Body is not null)
            {
                yield return Body;
            }
            if (Else is not null)
            {
                yield return Else;
            }
        }
    }

    internal int Size => 1 + Children.Sum(static list => list.Sum(static node => node.Size));
}
