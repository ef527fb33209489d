using Tapedeck.Wasm.Binary;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Goes through a function once: builds the tree of its blocks, weighs them, guesses how often each runs, and notes what moves values through locals.
/// Unreachable instructions belong to the item before them; nothing is compiled for them.
/// </summary>
/// <param name="locals">How many the function has.</param>
internal sealed class FunctionScanner(ModuleDeclaration module, int locals)
{
    /// <summary>How heavy instructions in a row may be together, where they can be told apart.</summary>
    private const int Grain = 200;

    private const int FewLocals = 100;
    private const int LocalsOfBlock = 200;

    private readonly List<OpenBlock> _open = [];
    private readonly FrequencyGuess _frequency = new();
    private HashSet<int> _interpreters = [];

    internal FlowGraph Flow { get; } = new();

    internal Sequence Root { get; } = new();

    internal void Scan(FunctionBody body, FuncType type)
    {
        _interpreters = InterpreterLoops.Find(module, body);
        var reader = new CodeReader(module.Bytes.Span, body.Start);
        _open.Add(new OpenBlock { Item = new Item { Start = body.Start, Frequency = 1 }, Type = type, LabelValues = type.Results.Count, StartEvent = -1, Sequence = Root });
        _frequency.EnterFunction();
        while (reader.Position < body.End)
        {
            var at = reader.Position;
            var opcode = reader.Next();
            var block = _open[^1];
            if (block.Dead > 0)
            {
                ScanDead(block, opcode, at, ref reader);
            }
            else
            {
                ScanLive(block, opcode, at, ref reader);
            }
        }
    }

    private void ScanDead(OpenBlock block, Opcode opcode, int at, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                block.Dead++;
                break;
            case Opcode.End or Opcode.Else when block.Dead == 1:
                Close(block, opcode, at, reader.Position);
                return;
            case Opcode.End:
                block.Dead--;
                break;
            default:
                break;
        }
        reader.Skip(opcode);
        block.Sequence.Items[^1].End = reader.Position;
    }

    private void ScanLive(OpenBlock block, Opcode opcode, int at, ref CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.Block or Opcode.Loop or Opcode.If:
                Open(block, opcode, at, ref reader);
                break;
            case Opcode.End or Opcode.Else:
                Close(block, opcode, at, reader.Position);
                break;
            default:
                var cost = InstructionCost.Of(module, opcode, reader);
                var frequency = _frequency.Now;
                var moved = NoteFlow(opcode, at, reader);
                reader.Skip(opcode);
                block.Height += cost.HeightChange;
                Add(block, at, reader.Position, Weigh(cost.Weight) + InstructionCost.OfValues(moved), frequency);
                block.Sequence.Items[^1].Dispatches = cost.Targets >= InterpreterLoops.LargeTable;
                block.Dead = cost.Leaves ? 1 : 0;
                break;
        }
    }

    // The JIT's time grows with the product of blocks and the locals that live in them: where there are many, blocks are dearer than they are by their number.
    private JitWeight Weigh(JitWeight weight) => weight with { Blocks = weight.Blocks + (weight.Blocks * Math.Max(0, locals - FewLocals) / LocalsOfBlock) };

    private static void Add(OpenBlock block, int start, int end, JitWeight weight, double frequency)
    {
        var items = block.Sequence.Items;
        if (items.Count == 0 || !CanGrow(items[^1], frequency))
        {
            items.Add(new Item { Start = start, Frequency = frequency });
        }
        var item = items[^1];
        item.End = end;
        item.Weight += weight;
        item.EndsFlat = block.Height == 0;
    }

    private static bool CanGrow(Item item, double frequency) =>
        item.Inner is null && item.Frequency == frequency && item.Weight.Most < (item.EndsFlat ? Grain : 4 * Grain);

    private void Open(OpenBlock outer, Opcode opcode, int at, ref CodeReader reader)
    {
        var type = reader.BlockType(module.Types);
        outer.Height -= type.Parameters.Count + (opcode == Opcode.If ? 1 : 0);
        var kind = opcode switch
        {
            Opcode.Block => FlowKind.Block,
            Opcode.Loop => FlowKind.Loop,
            _ => FlowKind.If,
        };
        var item = new Item { Start = at, Weight = Weigh(InstructionCost.OfBlock(opcode, _frequency.Loops)) + InstructionCost.OfValues(type.Parameters.Count + type.Results.Count), Frequency = _frequency.Now, Inner = [new Sequence()] };
        outer.Sequence.Items.Add(item);
        _open.Add(new OpenBlock
        {
            Item = item,
            Type = type,
            LabelValues = opcode == Opcode.Loop ? type.Parameters.Count : type.Results.Count,
            StartEvent = Flow.Add(at, kind, 0, _frequency.Now),
            Height = type.Parameters.Count,
            Sequence = item.Inner[0],
        });
        _frequency.Enter(opcode, _interpreters.Contains(at));
    }

    private void Close(OpenBlock block, Opcode opcode, int at, int end)
    {
        if (_open.Count == 1)
        {
            return;
        }
        block.Item.Weight += block.Sequence.Weight;
        block.Item.Dispatches |= block.Sequence.Items.Exists(static item => item.Dispatches);
        if (opcode == Opcode.Else)
        {
            _frequency.Else();
            Flow.Add(at, FlowKind.Else, 0, _frequency.Now);
            block.Dead = 0;
            block.Height = block.Type.Parameters.Count;
            block.Item.Inner!.Add(block.Sequence = new Sequence());
            return;
        }
        _frequency.End();
        Flow.Add(at, FlowKind.End, block.StartEvent, _frequency.Now);
        _open.RemoveAt(_open.Count - 1);
        var outer = _open[^1];
        outer.Height += block.Type.Results.Count;
        block.Item.End = end;
        block.Item.EndsFlat = outer.Height == 0;
    }

    /// <returns>How many values it moves to labels.</returns>
    private int NoteFlow(Opcode opcode, int at, CodeReader reader)
    {
        switch (opcode)
        {
            case Opcode.LocalGet:
                Flow.Add(at, FlowKind.Get, reader.Index(), _frequency.Now);
                return 0;
            case Opcode.LocalSet or Opcode.LocalTee:
                Flow.Add(at, FlowKind.Set, reader.Index(), _frequency.Now);
                return 0;
            case Opcode.Br:
                return NoteBranch(at, FlowKind.Branch, reader.Index(), share: 1);
            case Opcode.BrIf:
                return NoteBranch(at, FlowKind.BranchIf, reader.Index(), share: 0.5);
            case Opcode.BrTable:
                return NoteTable(at, reader);
            case Opcode.Return or Opcode.ReturnCall or Opcode.ReturnCallIndirect or Opcode.Unreachable:
                Flow.Add(at, FlowKind.Leave, 0, _frequency.Now);
                _frequency.Stop();
                return opcode == Opcode.Return ? _open[0].LabelValues : 0;
            default:
                return 0;
        }
    }

    private int NoteBranch(int at, FlowKind kind, int depth, double share)
    {
        Flow.Add(at, kind, depth, _frequency.Now);
        _frequency.Branch(depth, share);
        return _open[^(depth + 1)].LabelValues;
    }

    private int NoteTable(int at, CodeReader reader)
    {
        var targets = new int[reader.Index() + 1];
        for (var target = 0; target < targets.Length; target++)
        {
            targets[target] = reader.Index();
        }
        int[] distinct = [.. targets.Distinct()];
        Flow.AddTable(at, distinct, _frequency.Now);
        _frequency.BranchTable(targets);
        return _open[^(distinct[0] + 1)].LabelValues * distinct.Length;
    }

    /// <summary>A block whose end has not been reached.</summary>
    private sealed class OpenBlock
    {
        internal required Item Item { get; init; }
        internal required FuncType Type { get; init; }
        internal required int StartEvent { get; init; }

        /// <summary>Values that a branch to its label takes.</summary>
        internal required int LabelValues { get; init; }
        internal required Sequence Sequence { get; set; }

        /// <summary>The height of the operand stack above that around the block.</summary>
        internal int Height { get; set; }

        /// <summary>Behind a jump: 1, and one more for each block opened there.</summary>
        internal int Dead { get; set; }
    }
}
