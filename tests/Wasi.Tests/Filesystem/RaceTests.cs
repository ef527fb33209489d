using Tapedeck.Wasi.Filesystem.Host;
using Xunit;

namespace Tapedeck.Wasi.Tests.Filesystem;

/// <summary>While the guest walks, somebody swaps folders and links under its feet.</summary>
public sealed class RaceTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public async Task A_folder_that_turns_into_a_link_leads_nowhere(Resolution resolution)
    {
        using var folder = new TemporaryFolder();
        folder.Write("d/secret", "inside");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "link"), "..");
        await Race(folder, resolution, "d/secret", () =>
        {
            Directory.Move(Path.Combine(folder.Root, "d"), Path.Combine(folder.Root, "aside"));
            Directory.Move(Path.Combine(folder.Root, "link"), Path.Combine(folder.Root, "d"));
            Directory.Move(Path.Combine(folder.Root, "d"), Path.Combine(folder.Root, "link"));
            Directory.Move(Path.Combine(folder.Root, "aside"), Path.Combine(folder.Root, "d"));
        });
    }

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public async Task A_folder_that_moves_out_of_the_root_takes_no_walk_with_it(Resolution resolution)
    {
        using var folder = new TemporaryFolder();
        folder.Write("a/b/c/file", "inside");
        // From c, three levels up are the root of the guest; wherever c is now, they are not the folder above.
        await Race(folder, resolution, "a/b/c/../../../../secret", () =>
        {
            Directory.Move(Path.Combine(folder.Root, "a/b/c"), Path.Combine(folder.Outside, "c"));
            Directory.Move(Path.Combine(folder.Outside, "c"), Path.Combine(folder.Root, "a/b/c"));
        });
        await Race(folder, resolution, "a/b/c/../../../secret", () =>
        {
            Directory.Move(Path.Combine(folder.Root, "a/b"), Path.Combine(folder.Outside, "b"));
            Directory.Move(Path.Combine(folder.Outside, "b"), Path.Combine(folder.Root, "a/b"));
        });
    }

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public async Task A_file_that_turns_into_a_link_is_not_truncated_through_it(Resolution resolution)
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", "inside");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "l"), "../secret");
        await Race(folder, resolution, "f", () =>
        {
            File.Move(Path.Combine(folder.Root, "f"), Path.Combine(folder.Root, "g"));
            File.Move(Path.Combine(folder.Root, "l"), Path.Combine(folder.Root, "f"));
            File.Move(Path.Combine(folder.Root, "f"), Path.Combine(folder.Root, "l"));
            File.Move(Path.Combine(folder.Root, "g"), Path.Combine(folder.Root, "f"));
        }, "truncate");
    }

    /// <summary>Swaps and opens at the same time. Whatever the guest opened, it never was the secret.</summary>
    private static async Task Race(TemporaryFolder folder, Resolution resolution, string path, Action swap, string openFlags = "")
    {
        using var ended = new CancellationTokenSource(Long);
        var swapping = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
            {
                swap();
            }
        });
        using (var host = new TestGuest(Policies.Data, folder, resolution))
        {
            while (!ended.IsCancellationRequested)
            {
                if (host.Open(path, openFlags, openFlags.Length == 0 ? "read" : "read write") == "ok")
                {
                    using var file = host.OpenIfThere(path);
                    Assert.NotEqual("secret", file is null ? "" : host.Text(file));
                }
            }
            await swapping;
        }
        Assert.Equal("secret", File.ReadAllText(Path.Combine(folder.Outside, "secret")));
    }
}
