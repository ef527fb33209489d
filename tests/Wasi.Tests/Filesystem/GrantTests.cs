using Tapedeck.Wasi.Calls;
using Tapedeck.Wasi.Filesystem;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;
using Xunit;

namespace Tapedeck.Wasi.Tests.Filesystem;

/// <summary>The gate is asked about what a path led to, not only about its text; and what it granted is taken back when the policy changes.</summary>
public sealed class GrantTests
{
    private const string Globs =
        "storage: {allow: [{volume: {name: data, emptyDir: {sizeLimit: 1Gi}}, path: /data, access: [read, write], globs: ['*.txt', 'open/**']}], deny: [{path: /data/open/closed}]}";

    [Theory]
    [InlineData("a.txt", "ok")]
    [InlineData("a.bin", "access")]
    [InlineData("open/b.bin", "ok")]
    [InlineData("open/../a.bin", "access")]
    [InlineData("open/closed/c.txt", "access")]
    [InlineData("open/./closed//c.txt", "access")]
    [InlineData("link.txt", "access")]
    [InlineData("open/link", "access")]
    [InlineData("open/to-closed/c.txt", "access")]
    [InlineData("missing.txt", "no-entry")]
    [InlineData("missing.bin", "access")]
    public void A_link_grants_nothing_that_it_leads_to(string path, string code)
    {
        using var folder = Folder();
        foreach (var resolution in new[] { Resolution.Kernel, Resolution.Walk })
        {
            using var host = new TestGuest(Globs, folder, resolution);
            Assert.Equal(code, host.Open(path));
        }
    }

    [Fact]
    public void A_list_shows_what_may_be_read()
    {
        using var folder = Folder();
        using var host = new TestGuest(Globs, folder);
        Assert.Equal(["a.txt", "link.txt", "open"], host.List(host.Root()));
        Assert.Equal(["b.bin", "link", "to-closed"], host.List(host.OpenFile("open", "directory")));
    }

    [Theory]
    [InlineData("a.bin", "b.txt")]
    [InlineData("open/closed/c.txt", "c.txt")]
    [InlineData("open", "a-folder.txt")]
    [InlineData("a.txt", "a2.bin")]
    [InlineData("a.txt", "open/closed/a.txt")]
    public void A_move_is_no_way_around_a_rule(string from, string to)
    {
        using var folder = Folder();
        using var host = new TestGuest(Globs, folder);
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.rename-at", host.Root(), from, host.Root(), to));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.link-at", host.Root(), "", from, host.Root(), to));
        Assert.False(Path.Exists(Path.Combine(folder.Root, to)));
    }

    [Fact]
    public void Without_a_policy_a_folder_is_nothing()
    {
        using var folder = Folder();
        using var host = new TestGuest(null, folder);
        Assert.Equal("access", host.Open("a.txt"));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.read-directory", host.Root()));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.stat-at", host.Root(), "", "a.txt"));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.create-directory-at", host.Root(), "new"));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.stat", host.Root()));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.metadata-hash", host.Root()));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.set-times", host.Root(), "now", "now"));
    }

    [Fact]
    public void Where_reading_is_granted_every_change_is_read_only()
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.ReadOnlyData, folder);
        var root = host.Root();
        Assert.Equal("read-only", host.Open("a.txt", "", "write"));
        Assert.Equal("read-only", host.Open("a.txt", "truncate"));
        Assert.Equal("read-only", host.Open("new", "create"));
        Assert.Equal("read-only", host.Open("open", "directory", "read mutate-directory"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.create-directory-at", root, "new"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.unlink-file-at", root, "a.txt"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.remove-directory-at", root, "open"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.symlink-at", root, "x", "new"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.set-times-at", root, "", "a.txt", "now", "now"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.rename-at", root, "a.txt", root, "b.txt"));
        Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.link-at", root, "", "a.txt", root, "b.txt"));
        Assert.Equal("bad-descriptor", host.Outcome(Files.Types, "[method]descriptor.write", host.OpenFile("a.txt"), new byte[1], 0));
        Assert.Equal("bad-descriptor", host.Outcome(Files.Types, "[method]descriptor.set-size", host.OpenFile("a.txt"), 0));
        Assert.Equal("a", folder.Read("a.txt"));
    }

    [Fact]
    public void What_lost_its_grant_is_closed_and_the_rest_goes_on()
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder);
        var kept = host.OpenFile("a.txt");
        var lost = host.OpenFile("a.txt", "", "read write");
        var stream = host.Own<InputStream>(Files.Types, "[method]descriptor.read-via-stream", lost, 0);
        host.Gate.Swap(Policies.Grants(Policies.ReadOnlyData, generation: 2));
        Assert.Equal("a", host.Text(kept));
        Assert.Equal("bad-descriptor", host.Outcome(Files.Types, "[method]descriptor.read", lost, 10, 0));
        Assert.Equal("last-operation-failed", host.Outcome("wasi:io/streams", "[method]input-stream.read", stream, 10));
        Assert.Equal("read-only", host.Open("a.txt", "", "write"));
        host.Gate.Swap(Policies.Grants("storage: {allow: []}", generation: 3));
        Assert.Equal("bad-descriptor", host.Outcome(Files.Types, "[method]descriptor.read", kept, 10, 0));
        Assert.Equal("access", host.Open("a.txt"));
        Assert.Equal("access", host.Outcome(Files.Types, "[method]descriptor.stat", host.Root()));
    }

    [Fact]
    public void A_folder_that_loses_its_grant_while_it_is_listed_does_not_pass_for_an_empty_one()
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder);
        var entries = host.Own<DirectoryEntries>(Files.Types, "[method]descriptor.read-directory", host.Root());
        host.Gate.Swap(Policies.Grants("storage: {allow: []}", generation: 2));
        Assert.Equal("bad-descriptor", host.Outcome(Files.Types, "[method]directory-entry-stream.read-directory-entry", entries));
    }

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public void A_handle_that_a_policy_closes_between_two_steps_is_a_bad_descriptor_and_is_paid_back(object resolution)
    {
        using var folder = Folder();
        var account = new HostHandles(10);
        Assert.Equal(ErrorCode.None, FileHandle.Folder(account, folder.Root, Libc.ReadOnly, out var handle));
        Assert.Equal(ErrorCode.None, DirectoryListing.Open(handle!, out var listing));
        handle!.Dispose();
        Assert.Equal(ErrorCode.BadDescriptor, DirectoryListing.Open(handle, out _));
        Assert.Equal(ErrorCode.BadDescriptor, Opening.StatOf(handle, out _));
        Assert.Equal(ErrorCode.BadDescriptor, OpenOf(handle, "a.txt", (Resolution)resolution));
        Assert.Equal(ErrorCode.BadDescriptor, OpenOf(handle, "open/b.bin", (Resolution)resolution));
        Assert.Equal(1, account.Taken);
        listing!.Dispose();
        Assert.Equal(ErrorCode.BadDescriptor, listing.Next(out _));
        Assert.Equal(0, account.Taken);

        static ErrorCode OpenOf(FileHandle directory, string path, Resolution resolution)
        {
            var outcome = new Resolver(resolution).Resolve(directory, path, followLast: true, out var place);
            using (place)
            {
                return place is null ? outcome : new Opening { Read = true }.Open(place, out _, out _);
            }
        }
    }

    [Fact]
    public async Task Guests_whose_policy_changes_at_any_moment_get_answers_and_no_exception()
    {
        using var folder = Folder();
        var options = new WasiOptions { Preopens = [new HostPreopen("/data", folder.Root)], Handles = new HostHandles(100) };
        using (var host = new TestGuest(Policies.Data, options))
        {
            using var over = new CancellationTokenSource();
            var changes = Task.Run(() =>
            {
                for (var generation = 2; !over.IsCancellationRequested; generation++)
                {
                    host.Gate.Swap(Policies.Grants(generation % 2 == 0 ? "storage: {allow: []}" : Policies.Data, generation));
                }
            });
            var codes = new HashSet<string>();
            for (var turn = 0; turn < 3_000; turn++)
            {
                using var directory = host.OpenIfThere("open");
                if (directory is not null)
                {
                    codes.Add(host.Outcome(Files.Types, "[method]descriptor.stat", directory));
                    var listed = host.Call(Files.Types, "[method]descriptor.read-directory", directory)!.Value;
                    codes.Add(listed.CaseName == "ok" ? "ok" : listed.CaseValue!.Value.CaseName);
                    using var entries = listed.CaseName == "ok" ? (DirectoryEntries)listed.CaseValue!.Value.AsHandle() : null;
                    codes.Add(entries is null ? "ok" : host.Outcome(Files.Types, "[method]directory-entry-stream.read-directory-entry", entries));
                }
            }
            await over.CancelAsync();
            await changes;
            Assert.Subset(new HashSet<string> { "ok", "access", "bad-descriptor" }, codes);
        }
        Assert.Equal(0, options.Handles.Taken);
    }

    [Fact]
    public void A_part_of_a_volume_is_all_that_is_shown_and_no_link_in_it_leads_out()
    {
        using var folder = Folder();
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "out"), "..");
        using (var host = new TestGuest(Policies.Data, new WasiOptions { Preopens = [new HostPreopen("/data", folder.Root) { SubPath = "open" }] }))
        {
            Assert.Equal("ok", host.Open("b.bin"));
            Assert.Equal("not-permitted", host.Open("../a.txt"));
        }
        foreach (var subPath in new[] { "out", "../root", "missing", "/etc" })
        {
            Assert.Throws<IOException>(() => new TestGuest(Policies.Data, new WasiOptions { Preopens = [new HostPreopen("/data", folder.Root) { SubPath = subPath }] }));
        }
    }

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("a.txt", "a");
        folder.Write("a.bin", "a");
        folder.Write("open/b.bin", "b");
        folder.Write("open/closed/c.txt", "c");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "link.txt"), "a.bin");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "open/link"), "../a.bin");
        File.CreateSymbolicLink(Path.Combine(folder.Root, "open/to-closed"), "closed");
        return folder;
    }
}
