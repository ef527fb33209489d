namespace Tapedeck.Wasi.Calls;

/// <summary>A folder of the host that a call starts with. What may be done in it is asked of the gate, under <see cref="Path"/>.</summary>
/// <param name="Path">The guest's path of it, as the storage entry of the policy has it.</param>
/// <param name="Folder">The folder of the host.</param>
public sealed record HostPreopen(string Path, string Folder)
{
    /// <summary>A path within <see cref="Folder"/>, resolved beneath it; null for the folder itself.</summary>
    public string? SubPath { get; init; }

    /// <summary>What the guest is told it is called, where that is not <see cref="Path"/>: a policy grants no <c>/</c>, yet commands may expect one.</summary>
    public string? ShownAs { get; init; }
}
