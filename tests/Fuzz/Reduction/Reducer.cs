using Tapedeck.Fuzz.Generation;
using Tapedeck.Fuzz.Modules;
using Tapedeck.Fuzz.Playing;
using Tapedeck.Fuzz.Working;
using Tapedeck.Wasm.Opcodes;

namespace Tapedeck.Fuzz.Reduction;

/// <summary>
/// Makes the module of a seed smaller, as long as one configuration still differs from V8 in the same way: fewer calls, then constants in place of whole functions, then of ever smaller
/// pieces of code.
/// </summary>
internal sealed class Reducer(ulong seed)
{
    private Generated _generated = ModuleGenerator.Generate(seed);
    private string _configuration = "";
    private string _kind = "";

    /// <returns>The exit code: 0 where the seed differs no more.</returns>
    internal int Run()
    {
        string? first;
        using (var all = new WorkerProcess(isHasty: true, "1"))
        {
            first = Pick(Ask(all));
        }
        if (first is null)
        {
            Console.WriteLine($"seed {seed}: no difference");
            return 0;
        }
        Console.WriteLine($"seed {seed}: {_configuration}: {first}");
        using var worker = new WorkerProcess(isHasty: true, _configuration == "process" ? ["1"] : ["1", _configuration]);
        ReduceCalls(worker);
        foreach (var function in _generated.Module.Functions.Where(function => !function.IsShim || !IsCalled(function)))
        {
            ReduceFunction(worker, function);
        }
        DropSegments(worker);
        ReduceCalls(worker);
        var path = Path.Combine(SourceFolder.Path, "findings", $"{seed}-reduced");
        ScenarioFile.Write(path, _generated.ToScenario(), null, Pick(Ask(worker)));
        Console.WriteLine($"{path}.wasm: {_generated.Module.Functions.Sum(static function => function.Body.Sum(static node => node.Size))} instructions, {_generated.Calls.Length} calls");
        return 1;
    }

    /// <summary>The difference that is looked for, or null.</summary>
    private string? Pick(Verdict verdict)
    {
        foreach (var (configuration, difference) in verdict.Differences)
        {
            if (_kind.Length == 0)
            {
                (_configuration, _kind) = (configuration, KindOf(difference));
            }
            if (KindOf(difference) == _kind)
            {
                return difference;
            }
        }
        return null;
    }

    // An exception by its type and the place it came from, a call by whether it traps and how, anything else by its first word.
    private static string KindOf(string difference)
    {
        var at = difference.IndexOf("   at ", StringComparison.Ordinal);
        if (difference.StartsWith("error", StringComparison.Ordinal) && at > 0)
        {
            return difference[..30] + difference[at..Math.Min(difference.Length, at + 60)];
        }
        var traps = string.Join(',', difference.Split(", got ").Select(static half => half[Math.Max(0, half.LastIndexOf("trap:", StringComparison.Ordinal))..]).Where(static half => half.StartsWith("trap:", StringComparison.Ordinal)));
        return $"{difference.Split(' ', ':')[0]} {traps}";
    }

    private Verdict Ask(WorkerProcess worker)
    {
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(SourceFolder.Path, "findings")).FullName, $"{seed}-candidate");
        ScenarioFile.Write(path, _generated.ToScenario(), null, null);
        return worker.Ask(WorkerProcess.Scenario, path);
    }

    private bool Differs(WorkerProcess worker) => Pick(Ask(worker)) is not null;

    private void ReduceCalls(WorkerProcess worker)
    {
        for (var step = _generated.Calls.Length / 2; step > 0; step /= 2)
        {
            for (var i = 0; i < _generated.Calls.Length;)
            {
                var before = _generated;
                _generated = before with { Calls = [.. before.Calls[..i], .. before.Calls.Skip(i + step)] };
                if (!Differs(worker))
                {
                    _generated = before;
                    i += step;
                }
            }
        }
    }

    // A shim that is called is what makes results comparable; the others may go.
    private bool IsCalled(Function function) => Array.Exists(_generated.Calls, call => call.Export == function.Export);

    private void ReduceFunction(WorkerProcess worker, Function function)
    {
        var body = function.Body;
        function.Body = [.. function.Type.Results.Select(Code.Zero)];
        if (Differs(worker))
        {
            return;
        }
        function.Body = body;
        ReduceList(worker, body);
    }

    private void ReduceList(WorkerProcess worker, List<Node> list)
    {
        RemoveRuns(worker, list);
        for (var i = 0; i < list.Count; i++)
        {
            var node = list[i];
            if (IsConstant(node) || TryReplacements(worker, list, i))
            {
                continue;
            }
            foreach (var children in list[i].IsGuard ? [list[i].Operands[0].Operands] : list[i].Children)
            {
                ReduceList(worker, children);
            }
        }
    }

    /// <summary>Removes neighbours that leave nothing on the stack, many at once where possible.</summary>
    private void RemoveRuns(WorkerProcess worker, List<Node> list)
    {
        for (var step = list.Count; step > 0; step /= 2)
        {
            for (var i = 0; i + step <= list.Count;)
            {
                var run = list.GetRange(i, step);
                if (run.Exists(static node => node.Results.Length > 0))
                {
                    i++;
                    continue;
                }
                list.RemoveRange(i, step);
                if (!Differs(worker))
                {
                    list.InsertRange(i, run);
                    i += step;
                }
            }
        }
    }

    /// <summary>Tries constants in the place of a node, then each operand of the same type, again and again.</summary>
    private bool TryReplacements(WorkerProcess worker, List<Node> list, int index)
    {
        var node = list[index];
        list[index] = Code.Sequence(node.Results, node.Results.Select(Code.Zero));
        if (Differs(worker))
        {
            return true;
        }
        foreach (var operand in node.Operands.Where(operand => !node.IsGuard && operand.Results.SequenceEqual(node.Results)))
        {
            list[index] = operand;
            if (Differs(worker))
            {
                return TryReplacements(worker, list, index);
            }
        }
        list[index] = node;
        return false;
    }

    private static bool IsConstant(Node node) =>
        node.Opcode is Opcode.I32Const or Opcode.I64Const or Opcode.F32Const or Opcode.F64Const or Opcode.V128Const or Opcode.RefNull or Opcode.Nop
        || (node.Opcode is null && node.Operands.Count == 0);

    private void DropSegments(WorkerProcess worker)
    {
        var module = _generated.Module;
        var start = module.Start;
        module.Start = null;
        if (!Differs(worker))
        {
            module.Start = start;
        }
        DropLast(worker, module.Data);
        DropLast(worker, module.Elements);
    }

    private void DropLast<T>(WorkerProcess worker, List<T> items)
    {
        while (items.Count > 0)
        {
            var last = items[^1];
            items.RemoveAt(items.Count - 1);
            if (!Differs(worker))
            {
                items.Add(last);
                return;
            }
        }
    }
}
