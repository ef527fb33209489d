using System.Globalization;
using System.Text.Json.Nodes;

namespace Tapedeck.Node.Tests;

/// <summary>A pod, and the process in it: the node's processes are this machine's.</summary>
internal sealed class Pod(JsonNode json)
{
    internal string Name => json["metadata"]!["name"]!.GetValue<string>();

    internal bool IsEnding => json["metadata"]!["deletionTimestamp"] is not null;

    internal bool IsReady => Container?["ready"]?.GetValue<bool>() == true && !IsEnding;

    internal int Restarts => Container?["restartCount"]?.GetValue<int>() ?? 0;

    internal int Process()
    {
        var container = Container!["containerID"]!.GetValue<string>().Split("://")[1];
        return Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Single(id => id > 0 && Text($"/proc/{id}/cgroup").Contains(container, StringComparison.Ordinal));
    }

    /// <summary>Lines of <c>/proc/PID/status</c> by their names.</summary>
    internal Dictionary<string, string> Facts() =>
        File.ReadAllLines($"/proc/{Process()}/status").Select(line => line.Split(':', 2)).ToDictionary(field => field[0], field => field[1].Trim());

    internal bool HasReadOnlyRoot() =>
        File.ReadAllLines($"/proc/{Process()}/mounts").Select(line => line.Split(' ')).Any(fields => fields[1] == "/" && fields[3].Split(',').Contains("ro"));

    internal double MebibytesResident() => double.Parse(Facts()["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024;

    private JsonNode? Container => json["status"]?["containerStatuses"]?[0];

    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // A process that ended meanwhile.
            return "";
        }
    }
}
