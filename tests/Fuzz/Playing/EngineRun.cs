using System.Security.Cryptography;
using Tapedeck.Wasm;

namespace Tapedeck.Fuzz.Playing;

/// <summary>Plays one scenario on an engine.</summary>
internal sealed class EngineRun : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Scenario _scenario;
    private readonly bool _isDirect;
    private readonly Store _store;
    private readonly HostFunctions _host = new();
    private readonly Dictionary<int, HostObject> _objects = [];

    private EngineRun(Engine engine, Scenario scenario, bool isDirect)
    {
        _scenario = scenario;
        _isDirect = isDirect;
        _store = engine.NewStore();
    }

    /// <param name="disturbance">If not null, the scenario is played and interrupted after that time before: nothing of it may be seen by the one that counts.</param>
    internal static Outcome Play(Engine engine, Scenario scenario, bool isDirect, TimeSpan? disturbance = null)
    {
        using var module = engine.Compile(scenario.Module);
        var template = module.Prepare();
        if (disturbance is { } time)
        {
            Disturb(engine, scenario, isDirect, template, time);
        }
        using var run = new EngineRun(engine, scenario, isDirect);
        return engine.RunAsync(run._store, () => run.Play(template), Deadline, CancellationToken.None).GetAwaiter().GetResult();
    }

    private static void Disturb(Engine engine, Scenario scenario, bool isDirect, Template template, TimeSpan time)
    {
        using var run = new EngineRun(engine, scenario, isDirect);
        try
        {
            engine.RunAsync(run._store, () => run.Play(template), time, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (TrapException trap) when (trap.Code == TrapCode.Interrupted)
        {
            // As asked.
        }
        if (!SpinWait.SpinUntil(() => engine.AbandonedCalls == 0, Deadline))
        {
            throw new TimeoutException("a call goes on after it was interrupted");
        }
    }

    public void Dispose()
    {
        _host.Dispose();
        _store.Dispose();
    }

    private Outcome Play(Template template)
    {
        Instance? instance = null;
        var start = Attempt(() =>
        {
            instance = template.New(_store, Imports());
            return Outcome.Ok;
        });
        if (instance is null)
        {
            return new Outcome(start, [], [], "");
        }
        _host.Instance = instance;
        var calls = new List<string>();
        foreach (var call in _scenario.Calls)
        {
            calls.Add(Attempt(() => _isDirect && call.Direct is not null ? MakeDirect(instance, call) : Make(instance, call)));
            if (calls[^1] == Outcome.StackExhausted)
            {
                return new Outcome(start, [.. calls], [], "");
            }
        }
        return new Outcome(start, [.. calls], [.. _scenario.Memories.Select(memory => Digest(instance.Memory(memory)))], _host.Log());
    }

    private static string Attempt(Func<string> attempt)
    {
        try
        {
            return attempt();
        }
        catch (TrapException trap)
        {
            return $"trap: {trap.Message}";
        }
        catch (HostRefusalException)
        {
            return "trap: host";
        }
        catch (Exception failure)
        {
            return $"error: {failure}";
        }
    }

    private string Make(Instance instance, Call call)
    {
        var function = instance.Func(call.Export);
        var texts = call.Arguments;
        var arguments = function.FuncType.Parameters.Select((type, index) => Read(texts[index], type)).ToArray();
        return Write(function.FuncType, function.Call(arguments));
    }

    /// <summary>Does what the shim does: fills the fuel, puts the arguments together, calls, and takes the results apart.</summary>
    private string MakeDirect(Instance instance, Call call)
    {
        var shim = instance.Func(call.Export);
        var function = instance.Func(call.Direct!);
        var flat = shim.FuncType.Parameters.Select((type, index) => Read(call.Arguments[index], type)).ToArray();
        var at = 0;
        var arguments = function.FuncType.Parameters.Select(type => Flattening.Join(type, flat, ref at)).ToArray();
        var fuel = (Global)instance["fuel"];
        fuel.Value = Value.I32(_scenario.Fuel);
        var results = function.Call(arguments);
        var flatResults = results.SelectMany((result, index) => Flattening.Split(function.FuncType.Results[index], result));
        return Write(shim.FuncType, [.. flatResults, ((Global)instance["digest"]).Value]);
    }

    private Value Read(string text, ValType type) => type switch
    {
        ValType.I32 => Value.I32((int)Bits.ReadU32(text)),
        ValType.I64 => Value.I64((long)Bits.ReadU64(text)),
        _ => Bits.ReadReference(text) is { } number ? _store.ExternRef(ObjectOf(number)) : Value.Null,
    };

    private string Write(FuncType type, Value[] results) =>
        string.Join(' ', results.Select((result, index) => type.Results[index] switch
        {
            ValType.I32 => Bits.Of((uint)result.AsI32),
            ValType.I64 => Bits.Of((ulong)result.AsI64),
            _ => _store.ObjectOf(result) is HostObject target ? Bits.OfReference(target.Number) : Bits.Null,
        }));

    private HostObject ObjectOf(int number) =>
        _objects.TryGetValue(number, out var found) ? found : _objects[number] = new HostObject(number);

    private Extern[] Imports()
    {
        var shared = new Dictionary<int, Extern>();
        return [.. _scenario.Imports.Select(import =>
            shared.TryGetValue(import.Share, out var given) ? given : shared[import.Share] = Give(import))];
    }

    private Extern Give(Import import) => import.Type.Kind switch
    {
        ExternKind.Func => _store.Host(_host.Named(import.Name)),
        ExternKind.Memory => new Memory(_store, import.Type.Memory),
        ExternKind.Table => new Table(_store, import.Type.Table, Value.Null),
        _ => new Global(_store, import.Type.Global, Read(import.Initial!, import.Type.Global.Type)),
    };

    private static string Digest(Memory memory) => $"{memory.Pages} {Convert.ToHexStringLower(SHA256.HashData(memory.Slice(0, checked((int)memory.Pages * 65536))))}";

    private sealed record HostObject(int Number);
}
