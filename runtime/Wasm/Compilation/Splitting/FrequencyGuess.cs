using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Wasm.Compilation.Splitting;

/// <summary>
/// Guesses how often the instructions of a function run for each call of it, while they are gone through in order: either way of a condition half as often, each
/// target of a table its part, and a loop eight times; but the loop of an interpreter, round a large table, 128 times.
/// </summary>
internal sealed class FrequencyGuess
{
    private const int LogOfTurns = 3;
    private const int LogOfTurnsRoundTable = 7;
    private const double Most = 1e30;

    private readonly List<Label> _labels = [];

    /// <summary>The guess for the next instruction; 0 where nothing is reached.</summary>
    internal double Now { get; private set; } = 1;

    /// <summary>The loops around the next instruction.</summary>
    internal int Loops => _labels[^1].Loops;

    internal void EnterFunction() => _labels.Add(new Label { Entered = 1 });

    /// <param name="dispatches">It is a loop round a large table.</param>
    internal void Enter(Opcode opcode, bool dispatches)
    {
        var isLoop = opcode == Opcode.Loop;
        var around = _labels[^1];
        var turns = !isLoop ? 0 : dispatches ? LogOfTurnsRoundTable : LogOfTurns;
        _labels.Add(new Label
        {
            Entered = Now,
            IsLoop = isLoop,
            Loops = around.Loops + (isLoop ? 1 : 0),
            LogOfTurns = around.LogOfTurns + turns,
            IsOneWay = opcode == Opcode.If,
        });
        Now = isLoop ? Math.Min(Most, Math.ScaleB(Now, turns)) : opcode == Opcode.If ? Now / 2 : Now;
    }

    internal void Else()
    {
        var label = _labels[^1];
        label.Arrived += Now;
        label.IsOneWay = false;
        Now = label.Entered / 2;
    }

    internal void End()
    {
        var label = _labels[^1];
        _labels.RemoveAt(_labels.Count - 1);
        Now = label.IsLoop ? Math.ScaleB(Now, _labels[^1].LogOfTurns - label.LogOfTurns) : Now + label.Arrived + (label.IsOneWay ? label.Entered / 2 : 0);
    }

    internal void Stop() => Now = 0;

    internal void Branch(int depth, double share)
    {
        Arrive(depth, Now * share);
        Now *= 1 - share;
    }

    internal void BranchTable(int[] depths)
    {
        foreach (var depth in depths)
        {
            Arrive(depth, Now / depths.Length);
        }
        Now = 0;
    }

    // Out of a loop control goes once for all its turns. To the head of one it brings nothing new.
    private void Arrive(int depth, double times)
    {
        var target = _labels[^(depth + 1)];
        target.Arrived += target.IsLoop ? 0 : Math.ScaleB(times, target.LogOfTurns - _labels[^1].LogOfTurns);
    }

    private sealed class Label
    {
        /// <summary>How often control comes to the start of its block.</summary>
        internal required double Entered { get; init; }
        internal bool IsLoop { get; init; }

        /// <summary>The loops around what is inside.</summary>
        internal int Loops { get; init; }

        /// <summary>How often these loops are thought to go round for each call, as a power of two.</summary>
        internal int LogOfTurns { get; init; }

        /// <summary>An <c>if</c> without an <c>else</c> so far.</summary>
        internal bool IsOneWay { get; set; }
        internal double Arrived { get; set; }
    }
}
