using System.Collections.Concurrent;
using Spectre.Console;
using Tapedeck.Oci;

namespace Tapedeck.Server.Commands;

/// <summary>Bars of what is pulled, for a person: on standard error, where that is a terminal, and gone when all is there.</summary>
internal static class PullProgressBars
{
    /// <param name="work">Is given nothing to report to where nobody looks.</param>
    internal static async Task<T> ShowAsync<T>(Func<IProgress<PullProgress>?, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
        {
            return await work(null);
        }
        return await Terminal().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn())
            .StartAsync(context => work(new Bars(context)));
    }

    /// <summary>Shows that something goes on that nobody knows the length of.</summary>
    internal static Task<T> WaitAsync<T>(string what, Func<T> work) =>
        Console.IsErrorRedirected ? Task.FromResult(work()) : Terminal().Status().StartAsync(what, _ => Task.Run(work));

    private static IAnsiConsole Terminal() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });

    // Not Progress<T>, which tells late and out of order.
    private sealed class Bars(ProgressContext context) : IProgress<PullProgress>
    {
        private readonly ConcurrentDictionary<Digest, ProgressTask> _bars = new();

        public void Report(PullProgress value)
        {
            var bar = _bars.GetOrAdd(value.Blob, blob => context.AddTask(Markup.Escape(blob.ToString()[..19]), maxValue: value.Total));
            bar.Value = value.Received;
        }
    }
}
