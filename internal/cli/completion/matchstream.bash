# Completion of matchstream for bash: source <(matchstream completion bash)
_matchstream() {
	local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]} cut= word help
	# bash takes words apart at = and : and completes the last piece only. What
	# stands before it in the word is cut from what is found.
	local -a typed
	read -ra typed <<<"$line"
	[[ $line == *[[:space:]] ]] && typed+=("")
	local last=${typed[-1]}
	[[ $cur == [=:] ]] && cur=
	[[ $last == *"$cur" ]] && cut=${last%"$cur"}
	COMPREPLY=()
	while IFS=$'\t' read -r word help; do
		case $word in
		:files) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") ;;
		:folders) compopt -o filenames 2>/dev/null; mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur") ;;
		*:) compopt -o nospace 2>/dev/null; COMPREPLY+=("${word#"$cut"}") ;;
		*) COMPREPLY+=("${word#"$cut"}") ;;
		esac
	done < <("${COMP_WORDS[0]}" __complete -- "${typed[@]:1}" 2>/dev/null)
}
complete -F _matchstream matchstream
