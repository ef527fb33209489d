namespace Tapedeck.Oci;

/// <summary>A component in a file of this machine.</summary>
internal static class LocalFile
{
    internal static async Task<Outcome<byte[]>> Read(string path, int limit, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            if (file.Length > limit)
            {
                return new TerminalError(OciErrorKind.TooLarge, $"has {file.Length} bytes, at most {limit} are taken", path, "raise the limit, or build a smaller one");
            }
            var content = new byte[file.Length];
            await file.ReadExactlyAsync(content, cancellationToken);
            return content;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new TerminalError(OciErrorKind.NotFound, "there is no such file", path, "look at the path");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new TerminalError(OciErrorKind.Storage, $"cannot be read ({e.GetType().Name})", path, "look at the rights of the file and at the disk");
        }
    }
}
