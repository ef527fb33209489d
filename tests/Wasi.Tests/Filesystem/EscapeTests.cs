using System.Runtime.InteropServices;
using Tapedeck.Wasi.Filesystem.Host;
using Xunit;

namespace Tapedeck.Wasi.Tests.Filesystem;

/// <summary>Each way out of a folder, by each function that takes a path, in both ways of resolving. Nothing outside is read, changed or even told of.</summary>
public sealed class EscapeTests
{
    private static readonly string[] Paths =
    [
        "..", "../", "../secret", "../root/../secret", "sub/../../secret", "sub/../..", "./../secret", "sub/./../../secret", "/", "//", "/secret", "/etc/passwd", "//etc/passwd",
        "out", "out/", "up", "up/", "up/secret", "up/.", "up/../secret", "absolute", "absolute/", "absolute-folder/secret", "chain", "sub/up2/secret", "folder-link/../../secret",
        "sub//..//..//secret", "....//secret/../../../secret",
    ];

    public static TheoryData<Resolution, string> All
    {
        get
        {
            var data = new TheoryData<Resolution, string>();
            foreach (var path in Paths)
            {
                data.Add(Resolution.Kernel, path);
                data.Add(Resolution.Walk, path);
            }
            return data;
        }
    }

    [Fact]
    public void This_kernel_has_openat2() => Assert.True(Resolver.KernelCan);

    [Theory, MemberData(nameof(All))]
    public void Opens_nothing_outside(Resolution resolution, string path)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder, resolution);
        Assert.NotEqual("ok", host.Open(path));
        Assert.NotEqual("ok", host.Open(path, "directory"));
        Assert.NotEqual("ok", host.Open(path, "create", "write"));
        Assert.NotEqual("ok", host.Open(path, "create truncate", "read write"));
        Assert.NotEqual("ok", host.Open(path, "create exclusive", "write"));
        AssertUntouched(folder);
    }

    [Theory, MemberData(nameof(All))]
    public void Tells_nothing_of_the_outside(Resolution resolution, string path)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder, resolution);
        foreach (var function in new[] { "stat-at", "metadata-hash-at" })
        {
            Assert.NotEqual("ok", host.Outcome(Files.Types, $"[method]descriptor.{function}", host.Root(), "symlink-follow", path));
        }
        // A link below the folder may be looked at; what it says is of the folder's own making, unless it is absolute.
        if (path.StartsWith("..", StringComparison.Ordinal) || path.StartsWith('/'))
        {
            Assert.NotEqual("ok", host.Outcome(Files.Types, "[method]descriptor.stat-at", host.Root(), "", path));
            Assert.NotEqual("ok", host.Outcome(Files.Types, "[method]descriptor.readlink-at", host.Root(), path));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Changes_nothing_outside(Resolution resolution, string path)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder, resolution);
        var root = host.Root();
        host.Outcome(Files.Types, "[method]descriptor.set-times-at", root, "symlink-follow", path, "now", "now");
        host.Outcome(Files.Types, "[method]descriptor.create-directory-at", root, path);
        host.Outcome(Files.Types, "[method]descriptor.rename-at", root, "file", root, path + "/moved");
        host.Outcome(Files.Types, "[method]descriptor.rename-at", root, path, root, "stolen");
        host.Outcome(Files.Types, "[method]descriptor.link-at", root, "", path, root, "stolen2");
        host.Outcome(Files.Types, "[method]descriptor.link-at", root, "symlink-follow", path, root, "stolen3");
        host.Outcome(Files.Types, "[method]descriptor.symlink-at", root, "x", path + "/new");
        host.Outcome(Files.Types, "[method]descriptor.remove-directory-at", root, path);
        host.Outcome(Files.Types, "[method]descriptor.unlink-file-at", root, path + "/secret");
        if (path.StartsWith("..", StringComparison.Ordinal) || path.StartsWith('/'))
        {
            Assert.NotEqual("ok", host.Outcome(Files.Types, "[method]descriptor.unlink-file-at", root, path));
        }
        AssertUntouched(folder);
        foreach (var stolen in new[] { "stolen", "stolen2", "stolen3" })
        {
            Assert.NotEqual("ok", host.Open(stolen));
        }
    }

    [Theory]
    [InlineData("/etc")]
    [InlineData("..")]
    [InlineData("../secret")]
    [InlineData("a/../../x")]
    [InlineData("./..")]
    [InlineData("sub/..")]
    [InlineData("sub/../file")]
    public void Makes_no_link_that_leads_out_for_others(string target)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder);
        Assert.Equal("not-permitted", host.Outcome(Files.Types, "[method]descriptor.symlink-at", host.Root(), target, "link"));
        Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.symlink-at", host.Root(), "../file", "sub/link"));
    }

    [Theory]
    [InlineData("rename-at")]
    [InlineData("link-at")]
    public void Moves_no_link_to_where_it_leads_out(string function)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder);
        var root = host.Root();
        Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.symlink-at", root, "../file", "sub/link"));

        Assert.Equal("not-permitted", Move("sub/link", "link"));
        Assert.Equal("ok", Move("sub/link", "sub/other"));

        string Move(string from, string to) => function == "rename-at"
            ? host.Outcome(Files.Types, "[method]descriptor.rename-at", root, from, root, to)
            : host.Outcome(Files.Types, "[method]descriptor.link-at", root, "", from, root, to);
    }

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public void Does_not_leave_a_folder_that_was_opened_below(Resolution resolution)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder, resolution);
        var sub = host.OpenFile("sub", "directory");
        Assert.Equal("not-permitted", host.Outcome(Files.Types, "[method]descriptor.open-at", sub, "", "../file", "", "read"));
        Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.open-at", sub, "", "inner", "", "read"));
    }

    [Theory]
    [InlineData("fifo", "")]
    [InlineData("fifo", "truncate")]
    [InlineData("socket", "")]
    public async Task Opens_no_pipe_socket_or_device(string name, string openFlags)
    {
        using var folder = Folder();
        Assert.Equal(0, MakeFifo(Path.Combine(folder.Root, "fifo"), 0x1b6));
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(Path.Combine(folder.Root, "socket")));
        using var host = new TestGuest(Policies.Data, folder);
        // A pipe without a writer would block the one who opens it.
        Assert.Equal("not-permitted", await Task.Run(() => host.Open(name, openFlags)).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal("not-permitted", await Task.Run(() => host.Open(name, openFlags, "write")).WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("")]
    public void Refuses_what_is_no_path(string path)
    {
        using var folder = Folder();
        using var host = new TestGuest(Policies.Data, folder);
        Assert.NotEqual("ok", host.Open(path));
        Assert.NotEqual("ok", host.Open(path, "create", "write"));
    }

    [Theory]
    [InlineData(Resolution.Kernel)]
    [InlineData(Resolution.Walk)]
    public void Ends_on_links_that_go_round_and_on_paths_without_end(Resolution resolution)
    {
        using var folder = Folder();
        File.CreateSymbolicLink(Path.Combine(folder.Root, "round"), "round/x");
        using var host = new TestGuest(Policies.Data, folder, resolution);
        Assert.Equal("loop", host.Open("round"));
        Assert.NotEqual("ok", host.Open(string.Concat(Enumerable.Repeat("sub/../", 2000)) + "file"));
        Assert.NotEqual("ok", host.Open(new string('x', 100_000)));
    }

    [DllImport("libc", EntryPoint = "mkfifo")]
    private static extern int MakeFifo([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int mode);

    private static TemporaryFolder Folder()
    {
        var folder = new TemporaryFolder();
        folder.Write("file", "inside");
        folder.Write("sub/inner", "inside");
        Link(folder, "out", "../secret");
        Link(folder, "up", "..");
        Link(folder, "absolute", Path.Combine(folder.Outside, "secret"));
        Link(folder, "absolute-folder", folder.Outside);
        Link(folder, "chain", "chain2");
        Link(folder, "chain2", "sub/up2/secret");
        Link(folder, "sub/up2", "../..");
        Link(folder, "folder-link", "sub");
        return folder;
    }

    private static void Link(TemporaryFolder folder, string name, string target) => File.CreateSymbolicLink(Path.Combine(folder.Root, name), target);

    private static void AssertUntouched(TemporaryFolder folder)
    {
        Assert.Equal("secret", File.ReadAllText(Path.Combine(folder.Outside, "secret")));
        Assert.True(File.GetLastWriteTimeUtc(Path.Combine(folder.Outside, "secret")) >= DateTime.UtcNow.AddHours(-1));
        Assert.Equal(["root", "secret"], Directory.GetFileSystemEntries(folder.Outside).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
