using System.Diagnostics;

namespace Tapedeck.Bench.Serving;

/// <summary>A server in a process of its own, until it is disposed of.</summary>
internal sealed class ServerProcess : IDisposable
{
    private const int TicksPerSecond = 100;

    private readonly Process _process;

    private ServerProcess(Process process, Uri endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>What it said that it serves at.</summary>
    internal Uri Endpoint { get; }

    /// <summary>CPU time of all its threads so far, user and system, in microseconds.</summary>
    internal double CpuMicroseconds
    {
        get
        {
            // Of proc(5): after the name in brackets come the state and eleven fields, then utime and stime.
            var fields = File.ReadAllText($"/proc/{_process.Id}/stat").Split(')')[^1].Split(' ');
            return (double.Parse(fields[12]) + double.Parse(fields[13])) * 1_000_000 / TicksPerSecond;
        }
    }

    /// <summary>Memory that is in RAM, in MiB.</summary>
    internal double ResidentMiB => double.Parse(File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) / 1024;

    /// <summary>Open files and sockets.</summary>
    internal int Handles => Directory.EnumerateFileSystemEntries($"/proc/{_process.Id}/fd").Count();

    /// <summary>Threads.</summary>
    internal int Threads => Directory.EnumerateDirectories($"/proc/{_process.Id}/task").Count();

    /// <summary><c>tapedeck serve</c> as it was built beside this program.</summary>
    internal static ServerProcess Tapedeck(params string[] arguments) =>
        Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "..", "..", "Server", "release", "tapedeck.dll"), "serve", "--listen", "127.0.0.1:0", .. arguments]);

    /// <summary>Starts a program that prints a line with its address.</summary>
    /// <exception cref="InvalidOperationException">It ended before.</exception>
    internal static ServerProcess Start(string file, IEnumerable<string> arguments)
    {
        var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        while (process.StandardOutput.ReadLine() is { } line)
        {
            if (line.IndexOf("http://", StringComparison.Ordinal) is var at and >= 0)
            {
                _ = process.StandardOutput.ReadToEndAsync();
                return new ServerProcess(process, new Uri(line[at..].Trim()));
            }
        }
        throw new InvalidOperationException($"{file} ended before it served");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
