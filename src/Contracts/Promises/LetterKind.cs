namespace Backsoon.Promises;

/// <summary>What a letter is about, and so how soon it has to be answered. Numbers are on disk (letter.kind).</summary>
public enum LetterKind
{
    Privacy = 1,
    Vulnerability = 2,
    Rights = 3,
}
