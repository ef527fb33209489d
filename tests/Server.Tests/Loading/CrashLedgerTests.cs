using System.Diagnostics;
using Tapedeck.Server.Loading;
using Tapedeck.Server.Tests.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

public sealed class CrashLedgerTests : IDisposable
{
    private const string Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private const string Other = "sha256:3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7";

    private readonly ManualTime _time = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-crashes-").FullName;

    [Fact]
    public void A_process_that_ends_in_good_order_leaves_nothing()
    {
        using (var ledger = new CrashLedger(_folder, _time))
        {
            ledger.Change(Digest, 1);
        }
        using var next = new CrashLedger(_folder, _time);
        Assert.Equal(new Falls(0, 0), next.FallsOf(Digest));
    }

    [Fact]
    public void A_call_that_was_running_when_the_process_fell_is_counted_once()
    {
        Fall(calls: 1);
        using var first = new CrashLedger(_folder, _time);
        Assert.Equal(new Falls(1, 0), first.FallsOf(Digest));
        using var second = new CrashLedger(_folder, _time);
        Assert.Equal(new Falls(1, 0), second.FallsOf(Digest));
    }

    [Fact]
    public void A_component_that_was_not_called_when_the_process_fell_is_not_blamed()
    {
        Fall(calls: 0);
        using var next = new CrashLedger(_folder, _time);
        Assert.Equal(new Falls(0, 0), next.FallsOf(Digest));
    }

    [Fact]
    public void Three_falls_are_too_many()
    {
        for (var fall = 1; fall <= 3; fall++)
        {
            Fall(calls: 2);
            using var next = new CrashLedger(_folder, _time);
            Assert.Equal(new Falls(fall, 0), next.FallsOf(Digest));
            Assert.Equal(fall == 3, next.FallsOf(Digest).AreTooMany);
        }
    }

    [Fact]
    public void A_fall_while_several_were_called_counts_half_against_each()
    {
        // Of this one it is known that it was alone once; then it always runs beside the other.
        Fall(calls: 1);
        for (var fall = 1; fall <= 4; fall++)
        {
            Fall(calls: 1, others: 1);
            using var next = new CrashLedger(_folder, _time);
            Assert.Equal(new Falls(1, fall), next.FallsOf(Digest));
            Assert.Equal(new Falls(0, fall), next.FallsOf(Other));
            Assert.Equal(fall == 4, next.FallsOf(Digest).AreTooMany);
            Assert.False(next.FallsOf(Other).AreTooMany);
        }
    }

    [Fact]
    public void Falls_of_hours_ago_are_forgotten()
    {
        for (var fall = 0; fall < 3; fall++)
        {
            Fall(calls: 1);
            _time.Advance(TimeSpan.FromHours(2.5));
            using var next = new CrashLedger(_folder, _time);
            // When it is looked at is when it counts from.
            Assert.Equal(fall + 1, next.FallsOf(Digest).Alone);
        }
        using var ledger = new CrashLedger(_folder, _time);
        Assert.True(ledger.FallsOf(Digest).AreTooMany);
        _time.Advance(TimeSpan.FromHours(1.5));
        Assert.Equal(new Falls(2, 0), ledger.FallsOf(Digest));
        _time.Advance(CrashLedger.Memory);
        Fall(calls: 1);
        using var last = new CrashLedger(_folder, _time);
        Assert.Single(File.ReadLines(last.CountFile(Digest)));
    }

    [Fact]
    public void What_another_has_written_into_the_count_is_no_fall()
    {
        using var ledger = new CrashLedger(_folder, _time);
        File.WriteAllText(ledger.CountFile(Digest), $"xxx\n\nalone\nyesterday alone\n{_time.GetUtcNow():O} not at all\n{_time.GetUtcNow():O} alone\n");
        Assert.Equal(new Falls(1, 0), ledger.FallsOf(Digest));
    }

    [Fact]
    public async Task A_component_that_fell_is_known_again_under_another_manifest()
    {
        var component = HandMade.Component(1);
        await using var registry = await TestRegistry.StartAsync();
        var manifest = registry.Push("plain", component);
        using (var ledger = new CrashLedger(Path.Combine(_folder, "crashes"), TimeProvider.System))
        {
            var falls = Enumerable.Range(0, 3).Select(_ => $"{TimeProvider.System.GetUtcNow():O} alone");
            await File.WriteAllLinesAsync(ledger.CountFile($"sha256:{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(component))}"), falls);
        }
        foreach (var note in new[] { "", "published again" })
        {
            registry.PushIndex("v1", manifest, note);
            using var station = new Station(options: TestRegistry.Options(_folder));
            station.Write("tool.yaml", registry.Tool("tag: v1"));
            await station.ApplyAsync();
            Assert.Equal(LoadFailure.CrashedBefore, station.Served("tool").Failure?.Reason);
        }
    }

    [Fact]
    public void A_call_that_ends_after_the_ledger_is_no_matter()
    {
        var ledger = new CrashLedger(_folder, _time);
        ledger.Change(Digest, 1);
        ledger.Dispose();
        ledger.Change(Digest, -1);
        ledger.Dispose();
        Assert.Empty(Directory.EnumerateFiles(_folder));
    }

    [Fact]
    public void A_folder_that_is_removed_under_way_is_no_matter()
    {
        var folder = Path.Combine(_folder, "crashes");
        var ledger = new CrashLedger(folder, _time);
        Directory.Delete(folder, recursive: true);
        ledger.Change(Digest, 1);
        Assert.Equal(new Falls(0, 0), ledger.FallsOf(Digest));
        ledger.Dispose();
    }

    [Fact]
    public void A_process_that_lives_is_not_taken_for_one_that_fell()
    {
        using var living = new CrashLedger(_folder, _time);
        living.Change(Digest, 1);
        using var other = new CrashLedger(_folder, _time);
        Assert.Equal(new Falls(0, 0), other.FallsOf(Digest));
    }

    [Fact]
    public void A_file_of_another_shape_is_no_crash_of_anything()
    {
        var file = Path.Combine(_folder, $"{Guid.NewGuid():N}.run");
        File.WriteAllText(file, "sha256:../../etc");
        using var next = new CrashLedger(_folder, _time);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.crashes"));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void Files_of_others_in_the_folder_stay()
    {
        // Such as those of a project whose own folder was given as the cache.
        string[] others = ["main.c", "mine.run", "1.run", ".run", $"{new string('a', 31)}.run", $"{new string('a', 33)}.run", $"{new string('A', 32)}.run", $"{new string('g', 32)}.run", $"{Guid.NewGuid()}.run"];
        foreach (var file in others)
        {
            File.WriteAllText(Path.Combine(_folder, file), "not ours");
        }
        using (new CrashLedger(_folder, _time))
        {
            Assert.Equal(others.Length + 1, Directory.EnumerateFiles(_folder).Count());
        }
        Assert.Equal(others.Order(StringComparer.Ordinal), Directory.EnumerateFiles(_folder).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The file of a process that is gone, as its kernel left it.</summary>
    private void Fall(int calls, int others = 0)
    {
        // In a folder of its own: what others left there is not its matter.
        var folder = Directory.CreateDirectory(Path.Combine(_folder, "fallen")).FullName;
        using var ledger = new CrashLedger(folder, _time);
        ledger.Change(Digest, 1);
        ledger.Change(Digest, calls - 1);
        ledger.Change(Other, 1);
        ledger.Change(Other, others - 1);
        var file = Assert.Single(Directory.EnumerateFiles(folder, "*.run"));
        // Another process may not open what this one holds, but its kernel may copy it.
        using var copy = Process.Start("cp", [file, file + ".tmp"]);
        copy.WaitForExit();
        File.Move(file + ".tmp", Path.Combine(_folder, $"{Guid.NewGuid():N}.run"));
    }
}
