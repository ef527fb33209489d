namespace Tapedeck.Kube.Config;

/// <summary>A text that stands in a configuration, or in a file that it names.</summary>
/// <param name="File">A full path, or null.</param>
/// <param name="What">What it is, for messages.</param>
internal sealed record TextSource(string What, string? Text, string? File)
{
    private const int Longest = 1 << 20;

    /// <exception cref="KubeConfigException">The file cannot be read, is empty, or is larger than 1 MiB.</exception>
    internal string Read()
    {
        if (Text is not null)
        {
            return Text;
        }
        try
        {
            using var reader = new StreamReader(File!);
            var buffer = new char[4096];
            var text = new System.Text.StringBuilder();
            while (reader.Read(buffer) is var count && count > 0)
            {
                text.Append(buffer, 0, count);
                if (text.Length > Longest)
                {
                    throw new KubeConfigException($"The {What} in {File} is larger than 1 MiB: is this the right file?");
                }
            }
            return text.Length > 0 ? text.ToString() : throw new KubeConfigException($"The {What} in {File} is empty.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new KubeConfigException($"The {What} in {File} cannot be read: {error.Message}", error);
        }
    }

    /// <summary>A record's own would print the text.</summary>
    public override string ToString() => $"{What}{(File is null ? "" : $" in {File}")}";
}
