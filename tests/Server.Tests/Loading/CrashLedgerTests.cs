using System.Diagnostics;
using Tapedeck.Server.Loading;
using Xunit;

namespace Tapedeck.Server.Tests.Loading;

public sealed class CrashLedgerTests : IDisposable
{
    private const string Digest = "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

    private readonly string _folder = Directory.CreateTempSubdirectory("tapedeck-crashes-").FullName;

    [Fact]
    public void A_process_that_ends_in_good_order_leaves_nothing()
    {
        using (var ledger = new CrashLedger(_folder))
        {
            ledger.Change(Digest, 1);
        }
        using var next = new CrashLedger(_folder);
        Assert.Equal(0, next.CrashesOf(Digest));
    }

    [Fact]
    public void A_call_that_was_running_when_the_process_fell_is_counted_once()
    {
        Fall(calls: 1);
        using var first = new CrashLedger(_folder);
        Assert.Equal(1, first.CrashesOf(Digest));
        using var second = new CrashLedger(_folder);
        Assert.Equal(1, second.CrashesOf(Digest));
    }

    [Fact]
    public void A_component_that_was_not_called_when_the_process_fell_is_not_blamed()
    {
        Fall(calls: 0);
        using var next = new CrashLedger(_folder);
        Assert.Equal(0, next.CrashesOf(Digest));
    }

    [Fact]
    public void Three_falls_are_counted_as_three()
    {
        for (var fall = 0; fall < CrashLedger.MostCrashes; fall++)
        {
            Fall(calls: 2);
            using var next = new CrashLedger(_folder);
            Assert.Equal(fall + 1, next.CrashesOf(Digest));
        }
    }

    [Fact]
    public void A_process_that_lives_is_not_taken_for_one_that_fell()
    {
        using var living = new CrashLedger(_folder);
        living.Change(Digest, 1);
        using var other = new CrashLedger(_folder);
        Assert.Equal(0, other.CrashesOf(Digest));
    }

    [Fact]
    public void A_file_of_another_shape_is_no_crash_of_anything()
    {
        File.WriteAllText(Path.Combine(_folder, "x.run"), "sha256:../../etc");
        using var next = new CrashLedger(_folder);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.crashes"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The file of a process that is gone, as its kernel left it.</summary>
    private void Fall(int calls)
    {
        using var ledger = new CrashLedger(_folder);
        ledger.Change(Digest, 1);
        ledger.Change(Digest, calls - 1);
        var file = Assert.Single(Directory.EnumerateFiles(_folder, "*.run"));
        // Another process may not open what this one holds, but its kernel may copy it.
        using var copy = Process.Start("cp", [file, file + ".tmp"]);
        copy.WaitForExit();
        File.Move(file + ".tmp", Path.Combine(_folder, $"{Guid.NewGuid():N}.run"));
    }
}
