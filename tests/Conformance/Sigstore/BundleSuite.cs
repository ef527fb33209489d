namespace Tapedeck.Conformance.Sigstore;

/// <summary>Judges every bundle of sigstore-conformance: a folder whose name ends in <c>_fail</c> holds one to refuse, any other one to accept.</summary>
internal static class BundleSuite
{
    private const string File = "/bundle.sigstore.json";

    internal static Tally Run(Archive archive, Options options)
    {
        var folders = Folders(archive).Where(folder => folder.Contains(options.Only, StringComparison.Ordinal)).ToArray();
        if (folders.Length == 0)
        {
            throw new UsageException($"NO DATA: no bundle is in '{options.Data}'");
        }
        var tally = new Tally();
        Parallel.ForEach(folders, new ParallelOptions { MaxDegreeOfParallelism = options.Jobs }, folder => tally.Add(folder, Judge(archive, folder)));
        return tally;
    }

    /// <summary>The folders that hold a bundle, by their paths.</summary>
    internal static IEnumerable<string> Folders(Archive archive) =>
        archive.Paths.Where(path => path.EndsWith(File, StringComparison.Ordinal)).Select(path => path[..^File.Length]);

    internal static Outcome Judge(Archive archive, string folder)
    {
        var isToFail = folder.EndsWith("_fail", StringComparison.Ordinal);
        try
        {
            var refusal = new BundleCase(archive, folder).Judge();
            return isToFail == refusal is not null ? Outcome.Passed : Outcome.Failed(refusal?.Message ?? "it was accepted");
        }
        catch (Exception e)
        {
            return Outcome.Failed($"{e.GetType().Name}: {e.Message}");
        }
    }
}
