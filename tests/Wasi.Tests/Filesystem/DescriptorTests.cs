using Tapedeck.Components.Values;
using Tapedeck.Wasi.Filesystem;
using Tapedeck.Wasi.Filesystem.Host;
using Tapedeck.Wasi.Io;
using Xunit;

namespace Tapedeck.Wasi.Tests.Filesystem;

/// <summary>What the suite of programs does not ask of descriptors.</summary>
public sealed class DescriptorTests
{
    [Fact]
    public void Writes_at_a_place_and_at_the_end()
    {
        using var folder = new TemporaryFolder();
        using var host = new TestGuest(Policies.Data, folder);
        var file = host.OpenFile("new", "create", "read write");
        Assert.Equal(5ul, host.Ok(Files.Types, "[method]descriptor.write", file, "hello"u8.ToArray(), 0).AsU64());
        host.Ok(Files.Types, "[method]descriptor.write", file, "J"u8.ToArray(), 0);
        Assert.Equal("Jello", folder.Read("new"));
        host.Ok(Files.Types, "[method]descriptor.set-size", file, 2);
        var append = host.Own<OutputStream>(Files.Types, "[method]descriptor.append-via-stream", file);
        host.Ok(Streams, "[method]output-stream.blocking-write-and-flush", append, "!!"u8.ToArray());
        Assert.Equal("Je!!", folder.Read("new"));
    }

    [Fact]
    public void Streams_a_file_to_its_end_and_then_is_closed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", new string('x', 200_000));
        using var host = new TestGuest(Policies.Data, folder);
        var stream = host.Own<InputStream>(Files.Types, "[method]descriptor.read-via-stream", host.OpenFile("f"), 100_000);
        var read = 0;
        WitValue result;
        while ((result = host.Call(Streams, "[method]input-stream.blocking-read", stream, 70_000)!.Value).CaseName == "ok")
        {
            read += result.CaseValue!.Value.Count;
        }
        Assert.Equal(100_000, read);
        Assert.Equal("closed", result.CaseValue!.Value.CaseName);
    }

    [Theory]
    [InlineData("read", "[method]descriptor.write-via-stream", "bad-descriptor")]
    [InlineData("write", "[method]descriptor.read-via-stream", "bad-descriptor")]
    public void Is_used_only_as_it_was_opened(string flags, string function, string code)
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", "");
        using var host = new TestGuest(Policies.Data, folder);
        Assert.Equal(code, host.Outcome(Files.Types, function, host.OpenFile("f", "", flags), 0));
    }

    [Fact]
    public void Says_what_kind_of_error_a_stream_had()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", "text");
        using var host = new TestGuest(Policies.Data, folder);
        var file = host.OpenFile("f");
        var stream = host.Own<InputStream>(Files.Types, "[method]descriptor.read-via-stream", file, 0);
        file.Handle.Dispose();
        var error = host.Call(Streams, "[method]input-stream.read", stream, 10)!.Value.CaseValue!.Value;
        Assert.Equal("last-operation-failed", error.CaseName);
        Assert.Equal("bad-descriptor", host.Call(Files.Types, "filesystem-error-code", error.CaseValue!.Value.AsHandle())!.Value.CaseValue!.Value.CaseName);
    }

    [Fact]
    public void A_stream_that_failed_or_ended_is_closed()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", "text");
        using var host = new TestGuest(Policies.Data, folder);
        var file = host.OpenFile("f", "", "read write");
        var ended = host.Own<InputStream>(Files.Types, "[method]descriptor.read-via-stream", file, 4);
        Assert.Equal("closed", host.Outcome(Streams, "[method]input-stream.read", ended, 10));
        Assert.Equal("closed", host.Outcome(Streams, "[method]input-stream.read", ended, 0));
        File.AppendAllText(Path.Combine(folder.Root, "f"), "more");
        Assert.Equal("closed", host.Outcome(Streams, "[method]input-stream.read", ended, 10));

        var input = host.Own<InputStream>(Files.Types, "[method]descriptor.read-via-stream", file, 0);
        var output = host.Own<OutputStream>(Files.Types, "[method]descriptor.write-via-stream", file, 0);
        file.Handle.Dispose();
        Assert.Equal("last-operation-failed", host.Outcome(Streams, "[method]input-stream.read", input, 10));
        Assert.Equal("closed", host.Outcome(Streams, "[method]input-stream.read", input, 10));
        Assert.Equal("closed", host.Outcome(Streams, "[method]input-stream.skip", input, 0));
        Assert.Equal("last-operation-failed", host.Outcome(Streams, "[method]output-stream.blocking-write-and-flush", output, new byte[1]));
        foreach (var function in new[] { "check-write", "flush", "blocking-flush" })
        {
            Assert.Equal("closed", host.Outcome(Streams, $"[method]output-stream.{function}", output));
        }
        Assert.Equal("closed", host.Outcome(Streams, "[method]output-stream.blocking-write-and-flush", output, new byte[1]));
    }

    /// <summary>As with <c>O_APPEND</c>: calls that write one file side by side write over nothing.</summary>
    [Fact]
    public void What_several_append_at_one_time_is_all_there()
    {
        const int writers = 4;
        const int lines = 2000;
        using var folder = new TemporaryFolder();
        folder.Write("log", "");
        using var host = new TestGuest(Policies.Data, folder);
        var streams = Enumerable.Range(0, writers)
            .Select(_ => host.Own<OutputStream>(Files.Types, "[method]descriptor.append-via-stream", host.OpenFile("log", "", "write"))).ToArray();
        var start = new Barrier(writers);
        var threads = Array.ConvertAll(streams, stream => new Thread(() =>
        {
            start.SignalAndWait();
            for (var line = 0; line < lines; line++)
            {
                stream.Check(out _);
                stream.Write("a line of the log\n"u8.ToArray());
            }
        }));
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
        var text = folder.Read("log").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(writers * lines, text.Length);
        Assert.All(text, static line => Assert.Equal("a line of the log", line));
    }

    [Theory]
    [InlineData("link/")]
    [InlineData("link/.")]
    [InlineData("link/./")]
    public void A_link_that_has_to_be_a_folder_is_followed(string path)
    {
        using var folder = new TemporaryFolder();
        folder.Write("folder/f", "");
        Directory.CreateSymbolicLink(Path.Combine(folder.Root, "link"), "folder");
        foreach (var resolution in new[] { Resolution.Kernel, Resolution.Walk })
        {
            using var host = new TestGuest(Policies.Data, folder, resolution);
            Assert.Equal("ok", host.Open(path, "directory", "read", ""));
            Assert.Equal("directory", host.Ok(Files.Types, "[method]descriptor.stat-at", host.Root(), "", path)["type"].CaseName);
            Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.set-times-at", host.Root(), "", path, "now", "now"));
        }
    }

    /// <summary>A read is short at the end of the file only; more than a mebibyte is too much at once.</summary>
    [Theory]
    [InlineData(300_000, 1_000_000, 0, 300_000)]
    [InlineData(300_000, 200_000, 50_000, 200_000)]
    [InlineData(300_000, 200_000, 299_999, 1)]
    [InlineData(300_000, 200_000, 400_000, 0)]
    [InlineData(3_000_000, 3_000_000, 0, 1 << 20)]
    public void Reads_all_that_is_asked_for(int size, int length, int offset, int read)
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", new string('x', size));
        using var host = new TestGuest(Policies.Data, folder);
        var result = host.Ok(Files.Types, "[method]descriptor.read", host.OpenFile("f"), length, offset);
        Assert.Equal(read, result[0].Count);
        Assert.Equal(read == 0, result[1].AsBool());
    }

    [Fact]
    public void Times_are_set_where_writing_is_granted_however_the_descriptor_was_opened()
    {
        using var folder = new TemporaryFolder();
        folder.Write("folder/f", "");
        using (var host = new TestGuest(Policies.Data, folder))
        {
            Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.set-times", host.OpenFile("folder/f"), "now", "no-change"));
            Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.set-times", host.OpenFile("folder", "directory"), "now", "now"));
            Assert.Equal("ok", host.Outcome(Files.Types, "[method]descriptor.set-times", host.Root(), "now", "now"));
        }
        using (var host = new TestGuest(Policies.ReadOnlyData, folder))
        {
            Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.set-times", host.OpenFile("folder/f"), "now", "now"));
            Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.set-times", host.OpenFile("folder", "directory"), "now", "now"));
            Assert.Equal("read-only", host.Outcome(Files.Types, "[method]descriptor.set-times", host.Root(), "now", "now"));
        }
    }

    /// <summary>The lower half serves C libraries as the number of an inode, so it stays.</summary>
    [Fact]
    public void A_file_that_was_modified_has_another_hash()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("f", "a");
        using var host = new TestGuest(Policies.Data, folder);
        var file = host.OpenFile("f", "", "read write");
        WitValue Hash() => host.Ok(Files.Types, "[method]descriptor.metadata-hash", file);
        var before = Hash();
        Assert.Equal(before, Hash());
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        var touched = Hash();
        Assert.NotEqual(before, touched);
        host.Ok(Files.Types, "[method]descriptor.set-size", file, 7);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        Assert.NotEqual(touched, Hash());
        Assert.Equal(before["lower"], Hash()["lower"]);
        Assert.Equal(Hash(), host.Ok(Files.Types, "[method]descriptor.metadata-hash-at", host.Root(), "", "f"));
    }

    [Fact]
    public void Names_of_one_file_have_one_hash_and_it_tells_no_inode()
    {
        using var folder = new TemporaryFolder();
        folder.Write("a", "");
        folder.Write("b", "");
        using var host = new TestGuest(Policies.Data, folder);
        host.Ok(Files.Types, "[method]descriptor.link-at", host.Root(), "", "a", host.Root(), "a2");
        WitValue Hash(string path) => host.Ok(Files.Types, "[method]descriptor.metadata-hash-at", host.Root(), "", path);
        Assert.Equal(Hash("a"), Hash("a2"));
        Assert.NotEqual(Hash("a"), Hash("b"));
        Assert.Equal(ErrorCode.None, FileData.Stat(host.OpenFile("a"), out var stat));
        Assert.NotEqual(stat.Inode, Hash("a")["lower"].AsU64());
    }

    [Fact]
    public void A_folder_is_listed_and_its_own_entries_are_not()
    {
        using var folder = new TemporaryFolder();
        for (var index = 0; index < 3000; index++)
        {
            folder.Write($"file-{index:0000}", "");
        }
        using var host = new TestGuest(Policies.Data, folder);
        var names = host.List(host.Root());
        Assert.Equal(3000, names.Length);
        Assert.Equal("file-0000", names[0]);
    }

    [Fact]
    public void A_file_is_no_folder()
    {
        using var folder = new TemporaryFolder();
        folder.Write("f", "");
        using var host = new TestGuest(Policies.Data, folder);
        Assert.Equal("not-directory", host.Open("f/"));
        Assert.Equal("not-directory", host.Open("f/x"));
        Assert.Equal("not-directory", host.Open("f", "directory"));
        Assert.Equal("not-directory", host.Outcome(Files.Types, "[method]descriptor.unlink-file-at", host.Root(), "f/"));
        Assert.Equal("not-directory", host.Outcome(Files.Types, "[method]descriptor.rename-at", host.Root(), "f/", host.Root(), "g"));
        Assert.Equal("is-directory", host.Outcome(Files.Types, "[method]descriptor.unlink-file-at", host.Root(), "."));
    }

    private const string Streams = "wasi:io/streams";
}
