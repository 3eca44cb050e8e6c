#compdef matchstream
# Completion of matchstream for zsh: matchstream completion zsh > "${fpath[1]}/_matchstream"
_matchstream() {
	local word help
	local -a found
	while IFS=$'\t' read -r word help; do
		case $word in
		:files) [[ -n $help ]] && compset -P '*='; _files ;;
		:folders) [[ -n $help ]] && compset -P '*='; _files -/ ;;
		*) found+=("${word//:/\\:}${help:+:$help}") ;;
		esac
	done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
	(( ${#found} )) && _describe -V matchstream found
}
if [[ $funcstack[1] == _matchstream ]]; then
	_matchstream "$@"
else
	compdef _matchstream matchstream
fi
