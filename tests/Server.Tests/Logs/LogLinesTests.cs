using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Tapedeck.Server.Calls;
using Tapedeck.Server.Logs;
using Tapedeck.Server.Tests.Serving;
using Xunit;

namespace Tapedeck.Server.Tests.Logs;

/// <summary>The log: what a line is, and what becomes of lines when their reader is slow, stops, or the program ends.</summary>
public sealed class LogLinesTests
{
    [Fact]
    public void A_line_of_text_says_level_category_number_and_message_and_has_no_other_line_in_it()
    {
        var text = Written(isJson: false, log =>
        {
            Say(log.CreateLogger("Tapedeck.Test"), "one\ntwo\u001b[2J gr\u00fc\u00dfe", LogLevel.Warning, 7);
            Say(log.CreateLogger("Tapedeck.Test"), "three", LogLevel.Error, 0, new InvalidDataException("it broke"));
        });
        Assert.Equal("warn: Tapedeck.Test[7] one two [2J gr\u00fc\u00dfe\nfail: Tapedeck.Test[0] three System.IO.InvalidDataException: it broke\n", text);
    }

    [Fact]
    public void A_line_of_JSON_has_each_value_by_its_name()
    {
        var text = Written(isJson: true, log =>
        {
            var audit = new AuditLog(LoggerFactory.Create(logging => logging.AddProvider(new Shared(log))), null, new ManualTime());
            audit.Called(new CallRecord(audit, "default/text", "slug", "sha256:1", "anonymous", "2026-07-28") { Generation = 5 }, "ok", TimeSpan.FromMilliseconds(1.2346));
        });
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        Assert.Equal(["Timestamp", "EventId", "LogLevel", "Category", "Message", "State"], root.EnumerateObject().Select(property => property.Name));
        Assert.InRange(root.GetProperty("Timestamp").GetDateTimeOffset(), TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
        Assert.Equal((1, "Information", "Tapedeck.Audit"), (root.GetProperty("EventId").GetInt32(), root.GetProperty("LogLevel").GetString(), root.GetProperty("Category").GetString()));
        Assert.Equal(
            "call by anonymous of default/text slug at sha256:1 under policy generation 5: ok, 0 denied, 0 would be, MCP 2026-07-28, 1.235 ms, call 7412643790848001",
            root.GetProperty("Message").GetString());
        Assert.Equal(
            """{"Caller":"anonymous","Tool":"default/text","Function":"slug","Digest":"sha256:1","Generation":5,"Outcome":"ok","Denied":0,"WouldDeny":0,"Protocol":"2026-07-28","Milliseconds":1.235,"Call":7412643790848001,""",
            root.GetProperty("State").GetRawText()[..root.GetProperty("State").GetRawText().IndexOf("\"{Orig", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Lines_of_many_threads_are_all_there_and_whole_when_the_program_ends()
    {
        const int Threads = 8;
        const int Each = 5_000;
        using var stream = new Reader();
        using (var log = Log(stream))
        {
            await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() =>
            {
                var logger = log.CreateLogger($"Thread{thread}");
                for (var number = 0; number < Each; number++)
                {
                    Say(logger, $"{number}");
                }
            })));
        }
        var lines = stream.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Threads * Each, lines.Length);
        foreach (var thread in lines.GroupBy(line => line.Split('[')[0]))
        {
            Assert.Equal(Enumerable.Range(0, Each).Select(number => $"{thread.Key}[0] {number}"), thread);
        }
        // Few system calls: lines that come close together go together.
        Assert.InRange(stream.Writes, 1, Threads * Each / 20);
    }

    [Fact]
    public async Task A_line_is_written_soon_after_it_was_logged()
    {
        using var stream = new Reader();
        using var log = Log(stream);
        Say(log.CreateLogger("Test"), "here");
        var patience = Stopwatch.StartNew();
        while (stream.Text.Length == 0 && patience.Elapsed < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(5);
        }
        Assert.Equal("info: Test[0] here\n", stream.Text);
    }

    [Fact]
    public void A_slow_reader_loses_nothing_and_callers_keep_its_pace()
    {
        // Twice what may wait, to a reader that is slow and never stops for long.
        const int Lines = 2 * LogPipe.MostBytes / 1024;
        using var stream = new Reader { Pause = TimeSpan.FromMilliseconds(5) };
        using (var log = Log(stream))
        {
            var logger = log.CreateLogger("Test");
            var filler = new string('x', 1024);
            for (var number = 0; number < Lines; number++)
            {
                Say(logger, $"{number} {filler}");
            }
        }
        Assert.Equal(Enumerable.Range(0, Lines).Select(number => $"{number}"), stream.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2]));
    }

    [Fact]
    public async Task A_reader_that_stops_holds_up_nobody_for_long_takes_no_memory_without_end_and_is_told_what_it_missed()
    {
        const int Lines = 3 * LogPipe.MostBytes / 1024;
        using var stream = new Reader();
        using var log = Log(stream);
        var logger = log.CreateLogger("Test");
        var filler = new string('x', 1024);
        stream.Stop();
        var clock = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var number = 0; number < Lines / 4; number++)
            {
                Say(logger, filler);
            }
        })));
        // One second of patience in all, and not for each line.
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20));
        stream.GoOn();
        string[] lines;
        var patience = Stopwatch.StartNew();
        do
        {
            await Task.Delay(20);
            lines = stream.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        while (!lines.Any(line => line.StartsWith("fail: Tapedeck.Log[1] ", StringComparison.Ordinal)) && patience.Elapsed < TimeSpan.FromSeconds(30));
        var told = Assert.Single(lines, line => line.StartsWith("fail: Tapedeck.Log[1] ", StringComparison.Ordinal));
        var lost = int.Parse(told.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Lines, lines.Length - 1 + lost);
        Assert.InRange(lost, Lines / 4, Lines);
        // And then it goes on as before.
        Say(logger, "again");
        log.Dispose();
        Assert.EndsWith("info: Test[0] again\n", stream.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_has_stopped_does_not_keep_the_program_from_ending()
    {
        using var stream = new Reader();
        var log = Log(stream);
        stream.Stop();
        Say(log.CreateLogger("Test"), "never read");
        var clock = Stopwatch.StartNew();
        log.Dispose();
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(30));
        stream.GoOn();
    }

    [Fact]
    public void A_reader_that_has_gone_is_no_fault_of_whoever_logs()
    {
        using var stream = new Reader { IsBroken = true };
        using var log = Log(stream);
        for (var number = 0; number < 100; number++)
        {
            Say(log.CreateLogger("Test"), "to nobody");
        }
    }

    private static void Say(ILogger logger, string message, LogLevel level = LogLevel.Information, int id = 0, Exception? exception = null) =>
        logger.Log(level, id, message, exception, static (text, _) => text);

    private static LogLines Log(Stream stream, bool isJson = false) => new(stream, new LineFormat(isJson, isColoured: false, TimeProvider.System), TimeProvider.System);

    private static string Written(bool isJson, Action<LogLines> write)
    {
        using var stream = new Reader();
        using (var log = Log(stream, isJson))
        {
            write(log);
        }
        return stream.Text;
    }

    /// <summary>A provider whose owner is somebody else.</summary>
    private sealed class Shared(LogLines log) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => log.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }

    /// <summary>What is at the other end, with its moods.</summary>
    private sealed class Reader : MemoryStream
    {
        private readonly ManualResetEventSlim _mayGo = new(true);
        private readonly Lock _gate = new();
        private readonly StringBuilder _text = new();
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        internal TimeSpan Pause { get; init; }

        internal bool IsBroken { get; init; }

        internal int Writes { get; private set; }

        internal string Text
        {
            get
            {
                lock (_gate)
                {
                    return _text.ToString();
                }
            }
        }

        internal void Stop() => _mayGo.Reset();

        internal void GoOn() => _mayGo.Set();

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (IsBroken)
            {
                throw new IOException("broken pipe");
            }
            _mayGo.Wait();
            Thread.Sleep(Pause);
            var characters = new char[buffer.Length];
            lock (_gate)
            {
                Writes++;
                _text.Append(characters, 0, _decoder.GetChars(buffer, characters, flush: false));
            }
        }
    }
}
