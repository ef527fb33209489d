using Tapedeck.Kube.Client;
using Xunit;

namespace Tapedeck.Kube.Tests.Client;

public sealed class LogLinesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\nb", "a|b")]
    [InlineData("a\r\nb\r\n", "a|b")]
    [InlineData("a\rb\r", "a|b")]
    [InlineData("\n\r\n\r\n\n", "|||")]
    [InlineData("a\n\rb", "a||b")]
    [InlineData("ä\nüß€😀\n", "ä|üß€😀")]
    public async Task A_line_ends_where_it_does_for_everybody(string text, string expected)
    {
        // However it comes.
        foreach (var most in new[] { 1, 2, 3, 100 })
        {
            Assert.Equal(expected, string.Join('|', await ReadAsync(new Pieces(text, most))));
        }
    }

    [Fact]
    public async Task A_line_without_end_is_cut_and_the_next_one_is_not()
    {
        var longest = new string('x', LogLines.MostCharacters);
        Assert.Equal([longest, longest + "...", "b"], await ReadAsync(new StringReader($"{longest}\n{longest}y\nb")));
    }

    [Fact]
    public async Task What_is_written_without_end_takes_no_memory_without_end()
    {
        var lines = new LogLines(new Endless(1L << 30));
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(LogLines.MostCharacters + 3, (await lines.NextAsync(default))!.Length);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 64 << 20);
        Assert.Null(await lines.NextAsync(default));
    }

    private static async Task<List<string>> ReadAsync(TextReader reader)
    {
        var lines = new LogLines(reader);
        var all = new List<string>();
        while (await lines.NextAsync(default) is { } line)
        {
            all.Add(line);
        }
        return all;
    }

    private sealed class Pieces(string text, int most) : TextReader
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(Math.Min(most, buffer.Length), text.Length - _next);
            text.AsSpan(_next, count).CopyTo(buffer.Span);
            _next += count;
            return ValueTask.FromResult(count);
        }
    }

    private sealed class Endless(long length) : TextReader
    {
        private long _left = length;

        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default)
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Fill('x');
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
