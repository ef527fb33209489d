using System.Diagnostics;
using System.Globalization;

namespace Tapedeck.OperatorBench;

/// <summary>What the architecture promises of the operator, measured, as a table in Markdown.</summary>
internal static class Measurement
{
    private const int Workers = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    internal static async Task<int> RunAsync(int tools, int churnSeconds)
    {
        var rows = new List<(string What, string Is, string Target, bool Holds)>();
        void Row(string what, double value, string unit, string target, bool holds) => rows.Add((what, $"{value.ToString("0.##", CultureInfo.InvariantCulture)} {unit}".Trim(), target, holds));

        await using var cluster = await Cluster.StartAsync();
        Say($"a bare loop over {tools} tools");
        var bare = await BareLoop.RunAsync(cluster, tools, Workers);
        await RemoveAsync(cluster, BareLoop.Namespace);
        await Load.CreateNamespaceAsync(cluster, Subject.Namespace);
        await using var following = await Following.StartAsync(cluster);
        await using var subject = await OperatorProcess.StartAsync(cluster.KubeConfigFile);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var atNone = subject.Memory;

        Say($"the operator, with {tools} tools");
        var (cpuBefore, watch) = (subject.Cpu, Stopwatch.StartNew());
        await Load.CreateAsync(cluster, tools);
        await UntilAsync(() => Task.FromResult(following.HaveChildren(tools)));
        var children = watch.Elapsed;
        await UntilAsync(async () =>
        {
            await Load.RollOutAsync(cluster, following);
            return following.Ready == tools;
        });
        var (ready, cpu, reconciles) = (watch.Elapsed, subject.Cpu - cpuBefore, await subject.ReconcilesAsync());
        // Events come last, in their own time.
        await Task.Delay(TimeSpan.FromSeconds(15));
        var writes = await subject.WritesAsync();
        var atAll = subject.Memory;

        Say("idle");
        var before = (await subject.WritesAsync()).Values.Sum();
        await Task.Delay(Idle);
        var idle = (await subject.WritesAsync()).Values.Sum() - before;

        Say($"{churnSeconds} s of churn");
        var memory = await ChurnAsync(cluster, following, subject, tools, TimeSpan.FromSeconds(churnSeconds));
        var third = Math.Max(1, memory.Count / 3);
        var (first, last) = (memory.Skip(third).Take(third).Average(), memory.TakeLast(third).Average());

        Row("apply to all children created", children.TotalSeconds, "s", "", true);
        Row($"a bare loop of the same writes, {Workers} at once", bare.TotalSeconds, "s", "", true);
        Row("the one over the other", children / bare, "", "<= 2", children / bare <= 2);
        Row("apply to all ready (pods are simulated)", ready.TotalSeconds, "s", "", true);
        Row("API writes a tool", writes.Values.Sum() / tools, "", "<= 12", writes.Values.Sum() / tools <= 12);
        Row("reconciliations a tool", reconciles / tools, "", "", true);
        Row("CPU of the operator a tool", cpu.TotalMilliseconds / tools, "ms", "", true);
        Row("memory with no tools", atNone, "MiB", "", true);
        Row($"memory with {tools} tools", atAll, "MiB", "<= 150", atAll <= 150);
        Row("API writes a minute when idle", idle, "", "0", idle == 0);
        Row($"memory after {churnSeconds} s of churn, last third", last, "MiB", "<= 150", last <= 150);
        Row("last third of it over the middle one", last / first, "", "<= 1.05", last / first <= 1.05);
        Console.WriteLine($"| the operator, {tools} tools on {Subject.Digests} digests | | target |\n|---|---|---|");
        foreach (var (what, @is, target, holds) in rows)
        {
            Console.WriteLine($"| {what} | {@is} | {target}{(holds ? "" : " (missed)")} |");
        }
        Console.WriteLine($"\nWrites a tool: {string.Join(", ", writes.OrderByDescending(write => write.Value).Select(write => $"{write.Key} {(write.Value / tools).ToString("0.##", CultureInfo.InvariantCulture)}"))}.");
        return rows.All(row => row.Holds) ? 0 : 1;
    }

    /// <returns>Memory in MiB, every five seconds.</returns>
    private static async Task<List<double>> ChurnAsync(Cluster cluster, Following following, OperatorProcess subject, int tools, TimeSpan length)
    {
        var memory = new List<double>();
        var random = new Random(7);
        var watch = Stopwatch.StartNew();
        var step = 0;
        while (watch.Elapsed < length)
        {
            await Load.ChangeAsync(cluster, random, tools, step++);
            if (step % 20 == 0)
            {
                await Load.RollOutAsync(cluster, following);
            }
            if (memory.Count < watch.Elapsed.TotalSeconds / 5)
            {
                memory.Add(subject.Memory);
            }
        }
        Say($"{step} changes; memory {string.Join(' ', memory.Select(value => value.ToString("0", CultureInfo.InvariantCulture)))}");
        return memory;
    }

    private static async Task RemoveAsync(Cluster cluster, string @namespace)
    {
        // What a bare loop left would be found by the operator, and be work.
        foreach (var resource in Operator.Kinds.Owned.AddRange(Operator.Kinds.WasmTools, Operator.Kinds.Deployments, Operator.Kinds.OldDisruptionBudgets))
        {
            var list = await cluster.Client.ListAsync(resource, new Kube.Client.Selection { Namespace = @namespace, MetadataOnly = true }, default);
            await Parallel.ForEachAsync(list.Items, async (item, token) => await cluster.Client.DeleteAsync(resource, item.Key, new Kube.Client.DeleteOptions(), token));
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > Patience)
            {
                throw new TimeoutException($"not within {Patience.TotalMinutes} minutes");
            }
            await Task.Delay(250);
        }
    }

    private static void Say(string text) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");
}
