using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Tapedeck.Kube.Client;
using Tapedeck.Kube.Objects;
using Tapedeck.Operator.Tools;
using Xunit;

namespace Tapedeck.Operator.Tests.Cluster;

/// <summary>Watches the tools of a namespace on the server and judges each state that anybody could have seen, and each step between two.</summary>
/// <remarks>The rules are those of the API conventions and of kstatus; what is judged is what the server sent, in its order.
/// <see href="https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md"/></remarks>
internal sealed class Witness(KubeClient client, Selection selection) : IAsyncDisposable
{
    internal static readonly string[] Types = [Condition.Ready, Condition.ArtifactResolved, Condition.Verified, Condition.PolicyAccepted, Condition.Reconciling, Condition.Stalled];

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<(KubeObject State, TimeSpan At)> _seen = [];
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private Task _work = Task.CompletedTask;

    /// <returns>When it sees: nothing that happens from then on escapes it.</returns>
    internal static async Task<Witness> StartAsync(KubeClient client, string @namespace)
    {
        var selection = new Selection { Namespace = @namespace };
        var witness = new Witness(client, selection);
        var list = await client.ListAsync(Kinds.WasmTools, selection, default);
        foreach (var item in list.Items)
        {
            witness._seen.Enqueue((item, witness._watch.Elapsed));
        }
        witness._work = witness.FollowAsync(list.ResourceVersion);
        return witness;
    }

    /// <summary>Waits until everything is seen that the server has by now: what it says reaches us a little after it reached who asked it.</summary>
    internal async Task CaughtUpAsync()
    {
        var now = await client.ListAsync(Kinds.WasmTools, selection, default);
        await Eventually.Is("the witness saw what is there", () => Task.FromResult(now.Items.All(item => _seen.Any(seen => seen.State.Metadata.ResourceVersion == item.Metadata.ResourceVersion))));
    }

    /// <summary>Everything that was seen of a tool, in order.</summary>
    internal KubeObject[] States(string name = "weather") => [.. _seen.Select(seen => seen.State).Where(state => state.Key.Name == name)];

    /// <summary>What a condition said, one entry for each change of status or reason.</summary>
    internal string[] History(string type, string name = "weather") =>
        Squeeze(_seen.Select(seen => seen.State).Where(state => state.Key.Name == name).Select(state => Condition.Find(state, type)).OfType<Condition>().Select(condition => $"{condition.StatusText}/{condition.Reason}"));

    /// <summary>What was wrong with what was seen.</summary>
    internal List<string> Faults()
    {
        var faults = new List<string>();
        foreach (var seen in _seen.GroupBy(seen => seen.State.Metadata.Uid))
        {
            KubeObject? before = null;
            foreach (var (state, _) in seen)
            {
                faults.AddRange(OfState(state).Concat(before is null ? [] : OfStep(before, state)).Select(fault => $"{state.Key.Name}@{state.Metadata.ResourceVersion}: {fault}"));
                before = state;
            }
            faults.AddRange(Types.SelectMany(type => Flickers([.. seen], type)));
        }
        return faults;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task FollowAsync(string version)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var change in client.WatchAsync(Kinds.WasmTools, selection, version, TimeSpan.FromMinutes(5), _stop.Token))
                {
                    version = change.ResourceVersion;
                    if (change is { Kind: not WatchEventKind.Deleted, Object: { } state })
                    {
                        _seen.Enqueue((state, _watch.Elapsed));
                    }
                }
            }
            catch (UnavailableException)
            {
                // The server is started anew by some tests.
                await Task.Delay(200, _stop.Token);
            }
        }
    }

    private static IEnumerable<string> OfState(KubeObject state)
    {
        // The schema's default says that the operator has not come yet.
        if (state.Find("status", "conditions") is null && Number(state, "observedGeneration") == -1)
        {
            yield break;
        }
        var observed = Number(state, "observedGeneration");
        if (observed > state.Metadata.Generation)
        {
            yield return $"observedGeneration {observed} is ahead of generation {state.Metadata.Generation}";
        }
        var conditions = Entries(state);
        foreach (var type in Types.Except(conditions.Keys))
        {
            yield return $"there is no condition {type}";
        }
        foreach (var (type, entry) in conditions)
        {
            if (entry.GetProperty("observedGeneration").GetInt64() != observed)
            {
                yield return $"{type} is about another generation than the status";
            }
            if (entry.GetProperty("message").GetString() is not { Length: > 0 })
            {
                yield return $"{type} says nothing";
            }
        }
        foreach (var fault in OfConditions(state))
        {
            yield return fault;
        }
    }

    private static IEnumerable<string> OfConditions(KubeObject state)
    {
        var (ready, reconciling, stalled) = (Condition.Find(state, Condition.Ready), Condition.Find(state, Condition.Reconciling), Condition.Find(state, Condition.Stalled));
        if (ready is null || reconciling is null || stalled is null)
        {
            return [];
        }
        var noPod = Number(state, "readyReplicas") == 0;
        (bool Is, string Fault)[] faults =
        [
            (reconciling.Status == true && stalled.Status == true, "it is Reconciling and Stalled"),
            (reconciling.Status is null || stalled.Status is null, "Reconciling and Stalled are never Unknown"),
            (ready.Status is null && reconciling.Status != true, $"Ready is Unknown and nothing is under way ({ready.Reason})"),
            // RATIONALE.md, "Why does a refused version leave the status Stalled and Ready?"
            (ready.Status == true && stalled.Status == true && (noPod || NothingServes.Contains(stalled.Reason)), $"it is Ready and Stalled by {stalled.Reason}, and nothing of before serves"),
            (ready is { Status: true, Reason: Reasons.Serving } && noPod, "it serves without a pod that is ready"),
        ];
        return faults.Where(fault => fault.Is).Select(fault => fault.Fault);
    }

    private static IEnumerable<string> OfStep(KubeObject before, KubeObject after)
    {
        if (Number(after, "observedGeneration") < Number(before, "observedGeneration"))
        {
            yield return "observedGeneration went back";
        }
        if (Content(before) == Content(after))
        {
            yield return "it was written, and nothing changed";
        }
        var (old, now) = (Entries(before), Entries(after));
        foreach (var (type, entry) in now.Where(pair => old.ContainsKey(pair.Key)))
        {
            var (was, isNow) = (old[type].GetProperty("status").GetString(), entry.GetProperty("status").GetString());
            var (since, sinceNow) = (Time(old[type]), Time(entry));
            if (was == isNow && since != sinceNow)
            {
                yield return $"{type} has a new lastTransitionTime and no transition";
            }
            if (sinceNow < since)
            {
                yield return $"{type}'s lastTransitionTime went back";
            }
        }
        foreach (var type in old.Keys.Except(now.Keys))
        {
            yield return $"{type} went away";
        }
    }

    /// <summary>There, elsewhere, and back, under one spec and within a blink: somebody who looked was told something that was never so.</summary>
    private static IEnumerable<string> Flickers((KubeObject State, TimeSpan At)[] states, string type)
    {
        (string Status, TimeSpan At, long Generation)[] steps =
        [
            .. states.Where(seen => Entries(seen.State).ContainsKey(type))
                .Select(seen => (Entries(seen.State)[type].GetProperty("status").GetString()!, seen.At, seen.State.Metadata.Generation)),
        ];
        steps = [.. steps.Where((step, i) => i == 0 || steps[i - 1].Status != step.Status)];
        for (var i = 2; i < steps.Length; i++)
        {
            var middle = steps[i - 1];
            if (steps[i].Status == steps[i - 2].Status && steps[i].Generation == steps[i - 2].Generation && steps[i].At - middle.At < Blink && type != Condition.Reconciling)
            {
                yield return $"{type} flickers: {steps[i - 2].Status}, {middle.Status}, {steps[i].Status}";
            }
        }
    }

    /// <summary>Stalled so, a tool has no pods.</summary>
    private static readonly string[] NothingServes = [Reasons.InvalidSpec, Reasons.NotAllowed, Reasons.NameConflict];

    private static readonly TimeSpan Blink = TimeSpan.FromSeconds(1);

    private static Dictionary<string, JsonElement> Entries(KubeObject state) => state.Find("status", "conditions") is { ValueKind: JsonValueKind.Array } list
        ? list.EnumerateArray().ToDictionary(entry => entry.GetProperty("type").GetString()!)
        : [];

    private static DateTimeOffset Time(JsonElement entry) => DateTimeOffset.Parse(entry.GetProperty("lastTransitionTime").GetString()!, CultureInfo.InvariantCulture);

    private static long Number(KubeObject state, string field) => state.Find("status", field) is { } value ? value.GetInt64() : 0;

    private static string Content(KubeObject state)
    {
        var json = System.Text.Json.Nodes.JsonNode.Parse(state.Json.GetRawText())!;
        json["metadata"]!.AsObject().Remove("resourceVersion");
        json["metadata"]!.AsObject().Remove("managedFields");
        return json.ToJsonString();
    }

    private static string[] Squeeze(IEnumerable<string> texts)
    {
        var all = new List<string>();
        foreach (var text in texts)
        {
            if (all.Count == 0 || all[^1] != text)
            {
                all.Add(text);
            }
        }
        return [.. all];
    }

    /// <summary>Asserts that a condition went these ways and no other.</summary>
    /// <remarks>Whether pods are asked what they serve before or after they are ready is a race; neither is wrong.</remarks>
    internal void Went(string type, params string[] expected)
    {
        var wanted = string.Join(" -> ", Settled(expected));
        // What the server says reaches us a little after it reached who asked it.
        for (var i = 0; i < 50 && string.Join(" -> ", Settled(History(type))) != wanted; i++)
        {
            Thread.Sleep(100);
        }
        Assert.Equal(wanted, string.Join(" -> ", Settled(History(type))));
    }

    private static string[] Settled(string[] history) => Squeeze(history.Where(step => !step.EndsWith(Reasons.Confirming, StringComparison.Ordinal)));

    internal void SawNothingWrong() => Assert.Empty(Faults());
}
