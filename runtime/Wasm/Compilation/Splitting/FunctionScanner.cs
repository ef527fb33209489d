using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Goes through a function once: weighs its instructions, lets the <see cref="Outliner"/> cut each sequence as it ends, and notes what moves values
/// through locals. Unreachable instructions belong to the item before them; nothing is compiled for them.
/// </summary>
internal sealed class FunctionScanner(ModuleDeclaration module, Outliner outliner)
{
    private const int LargeTable = 32;

    private readonly Stack<Sequence> _sequences = [];

    internal FlowGraph Flow { get; } = new();

    /// <summary>What is left of the function's own sequence.</summary>
    internal int Weight { get; private set; }

    internal void Scan(FunctionBody body)
    {
        var reader = new CodeReader(module.Bytes.Span, body.Start);
        _sequences.Push(new Sequence { StartEvent = -1 });
        while (reader.Position < body.End)
        {
            var at = reader.Position;
            var opcode = reader.Next();
            var sequence = _sequences.Peek();
            if (sequence.Dead > 0)
            {
                ScanDead(sequence, opcode, at, ref reader);
            }
            else
            {
                ScanLive(sequence, opcode, at, ref reader);
            }
        }
    }

    private void ScanDead(Sequence sequence, Opcode opcode, int at, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                sequence.Dead++;
                break;
            case Opcode.End or Opcode.Else when sequence.Dead == 1:
                Close(sequence, opcode, at, reader.Position);
                return;
            case Opcode.End:
                sequence.Dead--;
                break;
            default:
                break;
        }
        reader.Skip(opcode);
        sequence.Stretch(reader.Position);
    }

    private void ScanLive(Sequence sequence, Opcode opcode, int at, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                Open(sequence, opcode, at, ref reader);
                break;
            case Opcode.End or Opcode.Else:
                Close(sequence, opcode, at, reader.Position);
                break;
            default:
                var cost = InstructionCost.Of(module, opcode, reader);
                NoteFlow(opcode, at, reader);
                reader.Skip(opcode);
                sequence.Height += cost.HeightChange;
                sequence.Add(at, reader.Position, cost.Weight, opcode == Opcode.BrTable && cost.Targets >= LargeTable);
                sequence.Dead = cost.Leaves ? 1 : 0;
                break;
        }
    }

    private void Open(Sequence sequence, Opcode opcode, int at, ref CodeReader reader)
    {
        var type = reader.BlockType(module.Types);
        sequence.Height -= type.Parameters.Count + (opcode == Opcode.If ? 1 : 0);
        var kind = opcode switch
        {
            Opcode.Block => FlowKind.Block,
            Opcode.Loop => FlowKind.Loop,
            _ => FlowKind.If,
        };
        _sequences.Push(new Sequence
        {
            Start = at,
            Type = type,
            StartEvent = Flow.Add(at, kind),
            Height = type.Parameters.Count,
            OuterWeight = 50,
        });
    }

    private void Close(Sequence sequence, Opcode opcode, int at, int end)
    {
        var weight = outliner.Outline(sequence.Items);
        if (_sequences.Count == 1)
        {
            Weight = weight;
            return;
        }
        var dispatches = sequence.Dispatches || sequence.Items.Exists(static item => item.Dispatches);
        if (opcode == Opcode.Else)
        {
            Flow.Add(at, FlowKind.Else);
            sequence.NextBranch(weight, dispatches);
            return;
        }
        Flow.Add(at, FlowKind.End, sequence.StartEvent);
        _sequences.Pop();
        var outer = _sequences.Peek();
        outer.Height += sequence.Type.Results.Count;
        outer.Add(sequence.Start, end, weight + sequence.OuterWeight, dispatches);
    }

    private void NoteFlow(Opcode opcode, int at, CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.LocalGet:
                Flow.Add(at, FlowKind.Get, reader.Index());
                break;
            case Opcode.LocalSet or Opcode.LocalTee:
                Flow.Add(at, FlowKind.Set, reader.Index());
                break;
            case Opcode.Br:
                Flow.Add(at, FlowKind.Branch, reader.Index());
                break;
            case Opcode.BrIf:
                Flow.Add(at, FlowKind.BranchIf, reader.Index());
                break;
            case Opcode.BrTable:
                var targets = new int[reader.Index() + 1];
                for (var target = 0; target < targets.Length; target++)
                {
                    targets[target] = reader.Index();
                }
                Flow.Add(at, FlowKind.BranchTable, Flow.Tables.Count);
                Flow.Tables.Add([.. targets.Distinct()]);
                break;
            case Opcode.Return or Opcode.ReturnCall or Opcode.ReturnCallIndirect or Opcode.Unreachable:
                Flow.Add(at, FlowKind.Leave);
                break;
            default:
                break;
        }
    }

    /// <summary>The instructions of one block, or one branch of an <c>if</c>, so far.</summary>
    private sealed class Sequence
    {
        internal int Start { get; init; }
        internal FuncType Type { get; init; } = BlockTypes.OfShorthand(0x40);
        internal int StartEvent { get; init; }
        internal List<Item> Items { get; } = [];

        /// <summary>The height of the operand stack above that around the block.</summary>
        internal int Height { get; set; }
        internal int OuterWeight { get; set; }

        /// <summary>An earlier branch of the <c>if</c> dispatches.</summary>
        internal bool Dispatches { get; private set; }

        /// <summary>Behind a jump: 1, and one more for each block opened there.</summary>
        internal int Dead { get; set; }

        internal void Add(int start, int end, int weight, bool dispatches) => Items.Add(new Item(start, end, weight, Height == 0, dispatches));

        internal void Stretch(int end) => Items[^1] = Items[^1] with { End = end };

        internal void NextBranch(int weight, bool dispatches)
        {
            OuterWeight += weight;
            Dispatches |= dispatches;
            Items.Clear();
            Dead = 0;
            Height = Type.Parameters.Count;
        }
    }
}
